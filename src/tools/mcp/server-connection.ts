/**
 * The way to one MCP server: opened when somebody calls, shared by all calls, closed when nobody has called for a while.
 * Address and keys are read from the server's own row, so nobody can bring others.
 */
import { type Client, ProtocolError, type RequestOptions } from "@modelcontextprotocol/client";
import { AppError } from "#core/errors";
import type { ToolsDb } from "#tools/context";
import { type CircuitBreaker, circuitBreaker } from "./circuit-breaker.ts";
import { idleMs } from "./limits.ts";
import { howToAuthorize, McpFailure } from "./mcp-failure.ts";
import type { KnownServer, McpSession, RequestScope } from "./mcp-session.ts";
import { openSession, type ServerAddress } from "./open-session.ts";
import { saveConnectionState, serverOfConnection } from "./server-store.ts";
import type { McpServerRow } from "./tables.ts";

export type McpRequest<T> = (client: Client, options: RequestOptions) => Promise<T>;

export interface ServerConnection {
	readonly circuit: CircuitBreaker;
	/**
	 * Makes a request; a second time where the server had forgotten us, or did not answer what may be repeated. Throws an
	 * AppError, or the ProtocolError that the server answered.
	 */
	request<T>(request: McpRequest<T>, scope: RequestScope & { repeatable: boolean }): Promise<T>;
	readonly isOpen: boolean;
	/** Works with an open connection, and leaves it open no longer than requests do. */
	use<T>(work: (session: McpSession, server: McpServerRow) => Promise<T>): Promise<T>;
	end(callId: string, reason: unknown): void;
	/** Connects anew the next time, with nothing that was learnt of the server; calls that are under way go on. */
	reset(): void;
	/** The server is removed: ends all calls, and never connects again. */
	stop(): void;
	readonly isStopped: boolean;
}

interface Options {
	serverId: string;
	db: ToolsDb;
	/** Whose connection it is, where each user has his own. */
	userId?: string;
	storage: SyncKvStorage;
	accessTo(server: McpServerRow): Promise<ServerAccess>;
	toolsChanged(): void;
}

/** What lets us in. */
export interface ServerAccess extends Pick<ServerAddress, "headers"> {
	fetch: typeof fetch;
}

interface Opened {
	session: McpSession;
	server: McpServerRow;
}

/** The era that a server spoke is asked for anew after this time. */
const knownMs = 24 * 3_600_000;
const knownKey = "known";

export function serverConnection(options: Options): ServerConnection {
	const { serverId, userId, db, storage } = options;
	const circuit = circuitBreaker(storage);
	let opened: Opened | undefined;
	let opening: Promise<Opened> | undefined;
	/** Counts resets: what was begun before one is not used after it. */
	let generation = 0;
	let isStopped = false;
	/** One for each request; its session may have been left meanwhile. */
	const inUse = new Set<{ session: McpSession }>();
	let idle: ReturnType<typeof setTimeout> | undefined;
	/** Epoch milliseconds; what a server makes us do by itself does not move it. */
	let idleAt = 0;

	return {
		circuit,
		get isOpen() {
			return opened !== undefined && !opened.session.isClosed;
		},
		use: async (work) => await using(await open(), work),
		async request(request, scope) {
			const deadline = Date.now() + scope.timeoutMs;
			for (let attempt = 1; ; attempt++) {
				const connection = await open();
				const timeoutMs = Math.max(1, deadline - Date.now());
				idleAt = Date.now() + idleMs;
				try {
					return await using(connection, async ({ run }) => await run(request, { ...scope, timeoutMs }));
				} catch (error) {
					const mayRepeat = error instanceof McpFailure && (error.wasRefused || (error.isOutage && scope.repeatable));
					if (!mayRepeat || attempt === 2 || Date.now() >= deadline) throw error;
					storage.delete(knownKey);
					leave(connection);
				}
			}
		},
		end(callId, reason) {
			for (const { session } of inUse) session.end(callId, reason);
		},
		reset,
		stop() {
			isStopped = true;
			reset();
			const reason = new McpFailure("cancelled", "The MCP server was removed.");
			for (const { session } of inUse) session.endAll(reason);
		},
		get isStopped() {
			return isStopped;
		},
	};

	function reset(): void {
		generation++;
		circuit.reset();
		storage.delete(knownKey);
		leave(opened);
	}

	async function using<T>(
		connection: Opened,
		work: (session: McpSession, server: McpServerRow) => Promise<T>,
	): Promise<T> {
		const use = { session: connection.session };
		inUse.add(use);
		clearTimeout(idle);
		try {
			const answer = await work(connection.session, connection.server);
			circuit.succeeded();
			return answer;
		} catch (error) {
			if (error instanceof ProtocolError) circuit.succeeded();
			if (error instanceof McpFailure && error.isOutage) circuit.failed();
			if (error instanceof McpFailure && error.wantsAuthorization) await tellFailure(connection.server, error);
			throw error;
		} finally {
			inUse.delete(use);
			if (inUse.size === 0) idle = setTimeout(() => leave(opened), Math.max(0, idleAt - Date.now()));
		}
	}

	async function open(): Promise<Opened> {
		if (opened && !opened.session.isClosed) return opened;
		opening ??= connect().finally(() => (opening = undefined));
		return await opening;
	}

	async function connect(): Promise<Opened> {
		circuit.pass();
		const begun = generation;
		const server = await serverOfConnection(db, serverId);
		if (!server || isStopped) throw serverIsGone();
		try {
			const { headers, fetch } = await options.accessTo(server);
			const toolsChanged = () => speaksFor(server) && options.toolsChanged();
			const session = await openSession(
				{ url: server.url, headers },
				{ fetch, toolsChanged, known: known(), elicitation: server.elicitation },
			);
			if (begun !== generation) {
				leave({ session, server });
				return await connect();
			}
			opened = { session, server };
			idleAt = Date.now() + idleMs;
			storage.put(knownKey, { ...session.known, at: Date.now() });
			await tell(server, {
				...{ status: "connected", error: null, transport: session.known.transport },
				...{ protocolVersion: session.protocolVersion ?? null, capabilities: session.capabilities },
			});
			return opened;
		} catch (error) {
			if (!(error instanceof McpFailure)) throw error;
			if (error.isOutage) circuit.failed();
			if (begun === generation) await tellFailure(server, error);
			throw error;
		}
	}

	/** Whether what comes of it is what everybody is told of the server. */
	function speaksFor({ ownerId }: McpServerRow): boolean {
		return userId === undefined || userId === ownerId;
	}

	/** A server without a key that wants one is taken at its word: each user has to authorise us there. */
	async function tellFailure(server: McpServerRow, { message, wantsAuthorization }: McpFailure): Promise<void> {
		const isForUsers = wantsAuthorization && (server.auth === "oauth" || server.secret === null);
		if (!isForUsers) return await tell(server, { status: "error", error: message });
		await tell(server, { auth: "oauth", status: "authenticating", error: howToAuthorize(serverId) });
	}

	/** Writes only what has changed. */
	async function tell(server: McpServerRow, state: Partial<McpServerRow>): Promise<void> {
		if (!speaksFor(server)) return;
		const isNews = Object.entries(state).some(
			([key, value]) => JSON.stringify(value) !== JSON.stringify(server[key as keyof McpServerRow]),
		);
		if (!isNews) return;
		await saveConnectionState(db, serverId, state);
		Object.assign(server, state);
	}

	function known(): KnownServer | undefined {
		const kept = storage.get<KnownServer & { at: number }>(knownKey);
		return kept && Date.now() - kept.at < knownMs ? kept : undefined;
	}

	/** Closes a connection once its calls have ended; the next call opens another. */
	function leave(connection: Opened | undefined): void {
		if (connection === opened) opened = undefined;
		connection?.session.close();
	}
}

export function serverIsGone(): AppError {
	return new AppError("not_found", "There is no such MCP server.");
}
