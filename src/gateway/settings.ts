/** The deployment's settings, read from the environment once an isolate; what cannot be run with stops the gateway. */
import { tokenKey } from "./access-token.ts";
import { parseOrigins } from "./origins.ts";

/** Environment variables; JWT_SECRET and ADMIN_PASSWORD are secrets. */
export interface GatewayVars {
	/** Signs the sessions' tokens: at least 32 bytes. */
	JWT_SECRET?: string;
	/** The first admin, created on the first login where there is none. */
	ADMIN_EMAIL?: string;
	ADMIN_PASSWORD?: string;
	/** Requests a minute and user; 6,000 unless set. */
	RATE_LIMIT_PER_MINUTE?: string;
	/** Requests a minute and address without a valid identity; 120 unless set. */
	ANONYMOUS_LIMIT_PER_MINUTE?: string;
	/** Logins a minute and address; 10 unless set. */
	LOGIN_LIMIT_PER_MINUTE?: string;
	/** `true` behind Cloudflare, where a client cannot choose his `CF-Connecting-IP`. */
	TRUST_CF_CONNECTING_IP?: string;
	/** Web origins that may call, with commas between them. */
	ALLOWED_ORIGINS?: string;
	/** How long a domain may take to begin its answer; 120,000 unless set. */
	GATEWAY_TIMEOUT_MS?: string;
}

export interface Settings {
	tokenKey: CryptoKey;
	firstAdmin?: { email: string; password: string };
	userLimit: number;
	anonymousLimit: number;
	loginLimit: number;
	trustsAddress: boolean;
	origins: ReadonlySet<string>;
	timeoutMs: number;
}

/** Where addresses are not known, all clients share one window; it has room for a few of them. */
const clientsBehindOneAddress = 10;

let cached: { env: GatewayVars; settings: Settings } | undefined;

/** Throws a `RangeError` that names the setting which is wrong. */
export async function settingsOf(env: GatewayVars): Promise<Settings> {
	if (cached?.env === env) return cached.settings;
	const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = env;
	const trustsAddress = env.TRUST_CF_CONNECTING_IP === "true";
	const shared = trustsAddress ? 1 : clientsBehindOneAddress;
	const settings = {
		tokenKey: await tokenKey(env.JWT_SECRET ?? ""),
		firstAdmin: email && password ? { email, password } : undefined,
		userLimit: positive(env, "RATE_LIMIT_PER_MINUTE", 6_000),
		anonymousLimit: positive(env, "ANONYMOUS_LIMIT_PER_MINUTE", 120 * shared),
		loginLimit: positive(env, "LOGIN_LIMIT_PER_MINUTE", 10 * shared),
		trustsAddress,
		origins: parseOrigins(env.ALLOWED_ORIGINS),
		timeoutMs: positive(env, "GATEWAY_TIMEOUT_MS", 120_000),
	};
	cached = { env, settings };
	return settings;
}

const maxSetting = 10_000_000;

function positive(env: GatewayVars, name: keyof GatewayVars, otherwise: number): number {
	const value = Number(env[name] || otherwise);
	if (Number.isInteger(value) && value > 0 && value <= maxSetting) return value;
	throw new RangeError(`${name} must be a whole number from 1 to ${maxSetting}.`);
}
