/** A door on loopback that adds an API key and passes on everything else as it is, `Host` included. */
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";

export interface KeyProxy {
	/** By the name `localhost`, as the clients of a local server address it. */
	url: string;
	stop(): Promise<void>;
}

export async function startKeyProxy(target: string, apiKey: string): Promise<KeyProxy> {
	const { hostname, port } = new URL(target);
	const server = createServer((request, response) => {
		const { method, url: path, headers } = request;
		const options = { hostname, port, method, path, setHost: false, headers: { ...headers, "x-api-key": apiKey } };
		const upstream = send(options, (answer) => {
			response.writeHead(answer.statusCode ?? 502, answer.headers);
			response.flushHeaders();
			answer.pipe(response);
		});
		upstream.on("error", () => response.destroy());
		response.on("close", () => upstream.destroy());
		request.pipe(upstream);
	});
	await new Promise<void>((resolve) => server.listen(0, () => resolve()));
	return {
		url: `http://localhost:${(server.address() as AddressInfo).port}`,
		async stop() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
