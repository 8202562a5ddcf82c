/** Stands in for every domain in the gateway's tests: says what reached it, or misbehaves as the path asks. */
import { DurableObject } from "cloudflare:workers";

export default {
	async fetch(request, env) {
		const { pathname } = new URL(request.url);
		if (pathname === "/health") return Response.json({ status: "healthy", version: "0.1.0", uptime: 1 });
		if (pathname === "/openapi.json") return Response.json(openapi(env.SERVICE));
		if (pathname.endsWith("/hang")) return await new Promise((resolve) => setTimeout(resolve, 60_000));
		if (pathname.endsWith("/throw")) throw new Error("secret detail at /srv/domain.ts:7");
		if (pathname.endsWith("/sse")) return sse();
		if (pathname === "/internal/close-sockets") return await closeSockets(request, env);
		if (pathname === "/internal/account-access") return await tellAccess(request, env);
		if (pathname === "/told") return Response.json(await env.ROOM.getByName("told").told());
		if (pathname.endsWith("/stream")) return await env.ROOM.getByName(pathname).fetch(request);
		if (request.method === "DELETE") await env.ROOM.getByName(pathname).delete();
		if (request.headers.has("x-was-deleted")) return Response.json(await env.ROOM.getByName(pathname).wasDeleted());
		const body = await request.text();
		return Response.json({
			service: env.SERVICE,
			method: request.method,
			url: request.url,
			headers: Object.fromEntries(request.headers),
			bytes: body.length,
			body: body.slice(0, 1_000),
		});
	},
};

export class Room extends DurableObject {
	#failures = 0;
	#deleted = false;
	#told = [];

	async fetch(request) {
		const credential = request.headers.get("x-credential-id") ?? "";
		const { pathname } = new URL(request.url);
		if (!request.headers.has("upgrade")) return Response.json(this.#open().length);
		if (pathname.includes("/refusing/")) return new Response("no", { status: 404 });
		if (pathname.includes("/slow/")) await scheduler.wait(500);
		const { 0: client, 1: server } = new WebSocketPair();
		this.ctx.acceptWebSocket(server, [credential]);
		server.send(JSON.stringify(Object.fromEntries(request.headers)));
		return new Response(null, { status: 101, webSocket: client });
	}

	/** Whether it was done. */
	close(path, credential) {
		if (path.includes("/flaky/") && this.#failures++ === 0) return false;
		if (path.includes("/broken/")) return false;
		for (const socket of this.#open(credential)) socket.close(4401, "signed out");
		return true;
	}

	tell(access) {
		const isHeard = !(access.disabled && access.role === "viewer");
		if (isHeard) this.#told.push(access);
		return isHeard;
	}

	told() {
		return this.#told;
	}

	delete() {
		this.#deleted = true;
	}

	wasDeleted() {
		return this.#deleted;
	}

	#open(credential) {
		return this.ctx.getWebSockets(credential).filter(({ readyState }) => readyState === WebSocket.OPEN);
	}

	webSocketMessage(socket, message) {
		socket.send(message);
	}
}

async function closeSockets(request, env) {
	const { path, credentialId } = await request.json();
	const closed = await env.ROOM.getByName(path).close(path, credentialId);
	return new Response(null, { status: closed ? 204 : 503 });
}

async function tellAccess(request, env) {
	const isHeard = await env.ROOM.getByName("told").tell(await request.json());
	return new Response(null, { status: isHeard ? 204 : 503 });
}

function sse() {
	const { readable, writable } = new TransformStream();
	const writer = writable.getWriter();
	const send = async () => {
		await writer.write(new TextEncoder().encode("id: 1\ndata: first\n\n"));
		await scheduler.wait(1_500);
		await writer.write(new TextEncoder().encode("id: 2\ndata: second\n\n"));
		await writer.close();
	};
	void send();
	return new Response(readable, { headers: { "content-type": "text/event-stream" } });
}

function openapi(service) {
	return {
		openapi: "3.1.0",
		info: { title: service, version: "1" },
		components: { schemas: { Same: { type: "string" }, Thing: { type: "object", title: service } } },
		paths: {
			[`/api/v1/${service}-things`]: {
				get: {
					responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } } },
				},
			},
		},
	};
}
