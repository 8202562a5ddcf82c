/** The gateway Worker: the only public door. */
import { AddressLimitObject } from "#gateway/address-limit-object";
import { LoginAttemptsObject } from "#gateway/login-attempts-object";
import type { Bindings } from "./context.ts";
import { answer } from "./door.ts";

export { Account } from "./account.ts";
export class AddressLimit extends AddressLimitObject<Bindings> {}
export class LoginAttempts extends LoginAttemptsObject<Bindings> {}

const door = { fetch: answer } satisfies ExportedHandler<Bindings>;

export default door;

/**
 * The same door by name, for a runtime that listens on it directly: static assets put two Workers in front of a
 * default export, which `run_worker_first` makes pointless.
 */
export { door as direct };
