/** Finds out whether an address is free before anything is started on it. */
import { createServer } from "node:net";
import { SetupError } from "./setup-error.ts";

/** The port itself, or where it is 0 one that nobody uses. */
export function freePort(host: string, port: number): Promise<number> {
	const server = createServer();
	return new Promise((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
		server.listen(port, host, () => {
			const address = server.address();
			server.close(() => resolve(typeof address === "object" && address ? address.port : port));
		});
	});
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
	if (error.code === "EADDRINUSE") {
		return new SetupError(
			`Port ${port} on ${host} is in use. Stop what listens there, or choose another: PORT=8001 npm start`,
		);
	}
	if (error.code === "EACCES") return new SetupError(`Port ${port} on ${host} may not be opened by this user.`);
	if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
		return new SetupError(`HOST ${host} is not an address of this machine.`);
	}
	return error;
}
