/** The gateway Worker: the only public door. */
import { AddressLimitObject } from "#gateway/address-limit-object";
import { LoginAttemptsObject } from "#gateway/login-attempts-object";
import type { Bindings } from "./context.ts";
import { answer } from "./door.ts";

export { Account } from "./account.ts";
export class AddressLimit extends AddressLimitObject<Bindings> {}
export class LoginAttempts extends LoginAttemptsObject<Bindings> {}

export default { fetch: answer } satisfies ExportedHandler<Bindings>;
