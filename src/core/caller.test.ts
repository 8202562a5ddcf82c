import { expect, test } from "vitest";
import { type Caller, canRead, canWrite, type Role } from "./caller.ts";

const own = { ownerId: "usr_a" };
const foreign = { ownerId: "usr_b" };
const shared = { ownerId: "usr_b", shared: true };

test.each<[Role, { ownerId: string; shared?: boolean }, read: boolean, write: boolean]>([
	["admin", own, true, true],
	["admin", foreign, true, true],
	["admin", shared, true, true],
	["user", own, true, true],
	["user", foreign, false, false],
	["user", shared, true, false],
	["viewer", own, true, false],
	["viewer", foreign, false, false],
	["viewer", shared, true, false],
])("%s and %o: read %s, write %s", (role, object, read, write) => {
	const caller: Caller = { userId: "usr_a", role, requestId: "", traceparent: "" };
	expect([canRead(caller, object), canWrite(caller, object)]).toEqual([read, write]);
});
