import { base64url, SignJWT } from "jose";
import { afterEach, describe, expect, test, vi } from "vitest";
import { bearer, newKey, newUser, send, signIn, testTokenKey } from "./testing.ts";

const path = "/api/v1/agents";

async function refusal(init: RequestInit, url = path) {
	const response = await send(url, init);
	const { traceId: _, ...body } = await response.json<Record<string, unknown>>();
	return { status: response.status, authenticate: response.headers.get("www-authenticate"), body };
}

const refused = {
	status: 401,
	authenticate: 'Bearer realm="agentic-edge"',
	body: {
		type: "urn:agentic-edge:problem:unauthenticated",
		title: "Authentication required",
		error: "Authentication required",
		status: 401,
		code: "unauthenticated",
		detail: "Sign in, or send an API key.",
	},
};

/** A token like ours but for what `change` does to its claims and header. */
async function forged(change: {
	claims?: Record<string, unknown>;
	header?: Record<string, unknown>;
	key?: CryptoKey | Uint8Array;
}): Promise<string> {
	const live = await signIn(await newUser());
	const claims = JSON.parse(new TextDecoder().decode(base64url.decode(live.split(".")[1] ?? ""))) as object;
	return await new SignJWT({ ...claims, ...change.claims })
		.setProtectedHeader({ alg: "HS256", typ: "JWT", ...change.header })
		.sign(change.key ?? (await testTokenKey()));
}

async function resealed(header: object): Promise<string> {
	const [, payload, signature] = (await signIn(await newUser())).split(".");
	return `${base64url.encode(JSON.stringify(header))}.${payload}.${signature}`;
}

describe("safety: authentication", () => {
	afterEach(() => vi.useRealTimers());

	test("a live token and a live key pass, the scheme in any case", async () => {
		const user = await newUser();
		const [token, key] = [await signIn(user), await newKey(user)];
		const accepted: Record<string, string>[] = [
			{ authorization: `Bearer ${token}` },
			{ authorization: `bearer ${token}` },
			{ authorization: `Bearer ${key}` },
			{ "x-api-key": key },
		];
		for (const headers of accepted) expect((await send(path, { headers })).status).toBe(200);
	});

	test.each([
		["no credential", async () => ({})],
		["empty", async () => ({ authorization: "" })],
		["bearer without token", async () => ({ authorization: "Bearer " })],
		["nonsense", async () => bearer("a.b.c")],
		["Basic <jwt>", async () => ({ authorization: `Basic ${await signIn(await newUser())}` })],
		["alg none", async () => bearer((await resealed({ alg: "none", typ: "JWT" })).replace(/[^.]*$/, ""))],
		["alg nOnE", async () => bearer(await resealed({ alg: "nOnE", typ: "JWT" }))],
		["alg RS256 over an HS256 signature", async () => bearer(await resealed({ alg: "RS256", typ: "JWT" }))],
		["alg HS512", async () => bearer(await forged({ header: { alg: "HS512" }, key: new Uint8Array(64).fill(1) }))],
		[
			"a public key as secret",
			async () => bearer(await forged({ key: new TextEncoder().encode("-----BEGIN PUBLIC KEY-----MFww") })),
		],
		[
			"own jwk",
			async () => bearer(await forged({ header: { jwk: { kty: "oct", k: "AAAA" } }, key: new Uint8Array(32) })),
		],
		[
			"jku and kid",
			async () =>
				bearer(await forged({ header: { jku: "https://evil.test", kid: "../../dev/null" }, key: new Uint8Array(32) })),
		],
		["empty secret", async () => bearer(await forged({ key: new Uint8Array(32) }))],
		["unknown crit", async () => bearer(await resealed({ alg: "HS256", typ: "JWT", crit: ["b64x"], b64x: true }))],
		["wrong iss", async () => bearer(await forged({ claims: { iss: "other" } }))],
		["wrong aud", async () => bearer(await forged({ claims: { aud: "other" } }))],
		["wrong typ", async () => bearer(await forged({ header: { typ: "at+jwt" } }))],
		["no typ", async () => bearer(await forged({ header: { typ: undefined } }))],
		["no exp", async () => bearer(await forged({ claims: { exp: undefined } }))],
		["string exp", async () => bearer(await forged({ claims: { exp: "9999999999" } }))],
		["past exp", async () => bearer(await forged({ claims: { exp: 1 } }))],
		["future nbf", async () => bearer(await forged({ claims: { nbf: 9_999_999_999 } }))],
		["no sub", async () => bearer(await forged({ claims: { sub: undefined } }))],
		["no jti", async () => bearer(await forged({ claims: { jti: undefined } }))],
		["another jti", async () => bearer(await forged({ claims: { jti: "AAAAAAAAAAAAAAAAAAAAAA" } }))],
		["an unknown user", async () => bearer(await forged({ claims: { sub: "usr_AAAAAAAAAAAAAAAAAAAAAA" } }))],
		["an unknown key", async () => ({ "x-api-key": `aek_${"A".repeat(22)}_${"B".repeat(22)}_${"C".repeat(22)}` })],
		[
			"a key with another secret",
			async () => ({ "x-api-key": (await newKey(await newUser())).replace(/.{22}$/, "C".repeat(22)) }),
		],
		["a token as API key", async () => ({ "x-api-key": await signIn(await newUser()) })],
	])("%s: 401, always the same body", async (_, headers) => {
		expect(await refusal({ headers: (await headers()) as HeadersInit })).toEqual(refused);
	});

	test("two credentials, or two Authorization headers: 401, even when each is good", async () => {
		const user = await newUser();
		const [token, key] = [await signIn(user), await newKey(user)];
		const twice = new Headers([
			["authorization", `Bearer ${token}`],
			["authorization", `Bearer ${token}`],
		]);
		expect(await refusal({ headers: twice })).toEqual(refused);
		expect(await refusal({ headers: { ...bearer(token), "x-api-key": key } })).toEqual(refused);
		expect(await refusal({ headers: { "x-api-key": `${key}, ${key}` } })).toEqual(refused);
	});

	test("a token in the query: 401, alone or beside a good one", async () => {
		const token = await signIn(await newUser());
		for (const query of [`token=${token}`, `access_token=${token}`, `authorization=Bearer%20${token}`]) {
			expect(await refusal({}, `${path}?${query}`)).toEqual(refused);
		}
		expect(await refusal({ headers: bearer(token) }, `${path}?access_token=${token}`)).toEqual(refused);
	});

	test("a token that was accepted before is refused once it expires", async () => {
		const token = await signIn(await newUser());
		expect((await send(path, { headers: bearer(token) })).status).toBe(200);
		vi.useFakeTimers({ now: Date.now() + 13 * 3_600_000, toFake: ["Date"] });
		expect(await refusal({ headers: bearer(token) })).toEqual(refused);
	});

	test.each([{ JWT_SECRET: "" }, { JWT_SECRET: "31 bytes are one byte too few.." }, { GATEWAY_TIMEOUT_MS: "-1" }])(
		"%o: the gateway answers nothing",
		async (vars) => {
			const said = vi.spyOn(console, "error").mockReturnValue();
			for (const url of ["/api/health", "/api/auth/login", path]) {
				const response = await send(url, {}, vars);
				expect(response.status).toBe(503);
				expect(await response.json()).toMatchObject({ code: "service_unavailable" });
			}
			expect(String(said.mock.calls[0])).toContain(Object.keys(vars)[0]);
			said.mockRestore();
		},
	);
});
