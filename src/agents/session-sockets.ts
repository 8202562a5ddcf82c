/**
 * The live side of a session, for the `agents` SDK's client and for plain WebSockets: state that follows the session,
 * methods to call, and every event of its runs, each from the place in the log where the socket left off.
 *
 * Taken from the SDK: the hibernating connections, the identity and state frames, the calls. Not taken: its storage,
 * schedules, queue and alarm; the run log has those.
 */
import { type DurableObject, RpcTarget } from "cloudflare:workers";
import { getCurrentAgent, Lifecycle } from "agents/lifecycle";
import { WebSockets } from "agents/websockets";
import type { Caller } from "#core/caller";
import { AppError, asAppError } from "#core/errors";
import type { LogPosition, RunLog } from "#run/run-log";
import { credentialTag } from "#run/run-sockets";
import { callerOfUpgrade } from "#run/upgrade-request";
import { ExecuteAgent } from "./schema.ts";

type Connection = ReturnType<WebSockets["getConnections"]> extends Iterable<infer Item> ? Item : never;

interface Watcher {
	caller: Caller;
	after: LogPosition;
}

/** What a socket may do besides listening. */
export interface SessionActions {
	state(): unknown;
	send(caller: Caller, message: string): Promise<{ executionId: string }>;
	cancel(caller: Caller): Promise<void>;
}

export class SessionSockets {
	readonly #log: RunLog;
	readonly #actions: SessionActions;
	readonly #sockets: WebSockets;
	readonly #lifecycle: Lifecycle<AgentsEnv>;
	/** The state that the sockets were last told. */
	#told = "";

	constructor(host: DurableObject<AgentsEnv>, log: RunLog, actions: SessionActions) {
		this.#log = log;
		this.#actions = actions;
		this.#sockets = new WebSockets({
			callables: new SessionCalls(actions),
			state: { get: () => actions.state(), set: refuseState },
			readonly: () => true,
			getConnectionTags: (_connection, { request }) => [credentialTag(watcherOf(request).caller.credentialId)],
			handlers: {
				onConnect: (connection, { request }) => {
					connection.setState(watcherOf(request));
					this.#catchUp(connection);
				},
				onMessage: (connection, message) => this.#take(connection, message),
			},
		});
		this.#lifecycle = new Lifecycle<AgentsEnv>(host).use(this.#sockets);
	}

	/** Answers an upgrade that `upgradeRequest` made. */
	async accept(request: Request): Promise<Response> {
		return await this.#lifecycle.fetch(request);
	}

	async message(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
		await this.#lifecycle.webSocketMessage(socket, message);
	}

	async close(socket: WebSocket, code: number, reason: string, wasClean: boolean): Promise<void> {
		await this.#lifecycle.webSocketClose(socket, code, reason, wasClean);
	}

	async error(socket: WebSocket, error: unknown): Promise<void> {
		await this.#lifecycle.webSocketError(socket, error);
	}

	/** Sends every socket what is new, and the state where it has changed. */
	notify(): void {
		const connections = [...this.#sockets.getConnections()];
		if (connections.length === 0) return;
		for (const connection of connections) this.#catchUp(connection);
		const state = JSON.stringify(this.#actions.state());
		if (state === this.#told) return;
		this.#told = state;
		this.#sockets.broadcastState();
	}

	#catchUp(connection: Connection): void {
		const watcher = connection.state as Watcher | null;
		if (!watcher) return;
		let { after } = watcher;
		for (const { event, position } of this.#log.readAcross(after)) {
			connection.send(JSON.stringify({ type: "event", cursor: formatPosition(position), event }));
			after = position;
		}
		connection.setState({ ...watcher, after });
	}

	/** Plain frames: `{"type": "message", "message": "…"}` and `{"type": "cancel"}`. */
	async #take(connection: Connection, frame: string | ArrayBuffer | ArrayBufferView): Promise<void> {
		const { caller } = connection.state as Watcher;
		try {
			const { type, message } = parseFrame(frame);
			if (type === "message") await this.#actions.send(caller, parseMessage(message));
			else if (type === "cancel") await this.#actions.cancel(caller);
			else throw new AppError("invalid_input", 'A frame is {"type": "message", "message": "…"} or {"type": "cancel"}.');
		} catch (error) {
			const { code, message } = asAppError(error) ?? new AppError("internal_error", "Something went wrong here.");
			connection.send(JSON.stringify({ type: "error", error: { code, message } }));
		}
	}
}

/** `3.17`: the 17th event of the session's third run. */
export function formatPosition({ run, seq }: LogPosition): string {
	return `${run}.${seq}`;
}

function watcherOf(request: Request): Watcher {
	const [run, seq] =
		/^(\d{1,9})\.(\d{1,9})$/.exec(new URL(request.url).searchParams.get("after") ?? "")?.slice(1) ?? [];
	return { caller: callerOfUpgrade(request), after: { run: Number(run ?? 0), seq: Number(seq ?? 0) } };
}

function parseFrame(frame: string | ArrayBuffer | ArrayBufferView): { type?: unknown; message?: unknown } {
	try {
		const value: unknown = JSON.parse(String(frame));
		return typeof value === "object" && value !== null ? value : {};
	} catch {
		return {};
	}
}

function refuseState(): never {
	throw new AppError("forbidden", "The state of a session follows its runs.");
}

/** The same message that `execute` takes. */
function parseMessage(message: unknown): string {
	const parsed = ExecuteAgent.shape.message.safeParse(message);
	if (parsed.success) return parsed.data;
	throw new AppError("invalid_input", `The message does not fit: ${parsed.error.issues[0]?.message}.`);
}

/** What `AgentClient.call` and `.stub` reach. */
class SessionCalls extends RpcTarget {
	readonly #actions: SessionActions;

	constructor(actions: SessionActions) {
		super();
		this.#actions = actions;
	}

	async send(message: unknown): Promise<{ executionId: string }> {
		return await this.#actions.send(currentCaller(), parseMessage(message));
	}

	async cancel(): Promise<void> {
		await this.#actions.cancel(currentCaller());
	}
}

function currentCaller(): Caller {
	const { connection } = getCurrentAgent();
	if (!connection) throw new AppError("unauthenticated", "There is no connection.");
	return (connection.state as Watcher).caller;
}
