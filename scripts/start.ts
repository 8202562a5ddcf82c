/** `npm start`: the platform on this machine until it is told to stop. */
import { relative } from "node:path";
import { secretsPath } from "./local-secrets.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { root } from "./root.ts";
import { runCommand } from "./setup-error.ts";

// Registered before Miniflare's own handlers. Leaving is enough: on exit Miniflare kills workerd, and what is written is
// on disk.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, leave);
process.once("disconnect", leave);

await runCommand(async () => {
	const started = performance.now();
	const platform = await startPlatform();
	console.log(welcome(platform, performance.now() - started));
});

function leave(): void {
	console.log("\nStopped.");
	process.exit(0);
}

function welcome({ url, admin, stateDir }: Platform, tookMs: number): string {
	const file = shortest(secretsPath(stateDir));
	const password = admin.isNew
		? `${admin.password}   (shown this once; kept in ${file})`
		: `as before${admin.password === process.env.ADMIN_PASSWORD ? " (ADMIN_PASSWORD)" : `, in ${file}`}`;
	return `
Agentic Edge is ready at ${url} after ${(tookMs / 1000).toFixed(1)} s. Ctrl-C stops it.

  API reference   ${url}/docs
  Health          ${url}/api/health
  Email           ${admin.email}
  Password        ${password}

Sign in:

  curl ${url}/api/auth/login -H 'content-type: application/json' \\
    -d '{"email":"${admin.email}","password":"…"}'
`;
}

function shortest(path: string): string {
	const fromRoot = relative(root, path);
	return fromRoot.startsWith("..") ? path : fromRoot;
}
