/** The account object with its wiring: how a domain is told to close the sockets of a credential that died. */
import { AccountObject } from "#gateway/account-object";
import type { SocketPlace } from "#gateway/account-store";
import { type CloseSockets, closeSocketsPath } from "#http/close-sockets";
import { type Bindings, serviceOf } from "./context.ts";

const timeoutMs = 5_000;

export class Account extends AccountObject<Bindings> {
	protected override async closeSocket({ service, path, credentialId }: SocketPlace): Promise<void> {
		const response = await serviceOf(this.env, service).fetch(`http://${service}${closeSocketsPath}`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ path, credentialId } satisfies CloseSockets),
			signal: AbortSignal.timeout(timeoutMs),
		});
		await response.body?.cancel();
		if (!response.ok) throw new Error(`${service} answered ${response.status}`);
	}
}
