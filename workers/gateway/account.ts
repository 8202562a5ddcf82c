/** The account object with its wiring: how a domain is told to close the sockets of a credential that died. */
import { newSpanId, newTraceId, formatTraceparent } from "#core/trace-context";
import { newId } from "#core/ids";
import { AccountObject } from "#gateway/account-object";
import type { Access, OpenSocket } from "#gateway/account-store";
import { setIdentity } from "#http/forward-headers";
import { type Bindings, serviceOf } from "./context.ts";

const timeoutMs = 5_000;

export class Account extends AccountObject<Bindings> {
	/** `DELETE` on the socket's own path, as the credential that opened it; the domain closes that credential's sockets. */
	protected override async closeSocket({ service, path, credentialId }: OpenSocket, access: Access): Promise<void> {
		const headers = new Headers();
		const traceId = newTraceId();
		const traceparent = formatTraceparent({ traceId, spanId: newSpanId(), sampled: true });
		const { userId, role } = access;
		setIdentity(headers, { userId, role, credentialId, requestId: newId("req"), traceId, traceparent });
		const response = await serviceOf(this.env, service).fetch(`http://${service}${path}`, {
			method: "DELETE",
			headers,
			signal: AbortSignal.timeout(timeoutMs),
		});
		await response.body?.cancel();
		if (response.status >= 500) throw new Error(`${service} answered ${response.status}`);
	}
}
