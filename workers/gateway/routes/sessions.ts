/** The caller's own sessions and password. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { changePassword } from "#gateway/change-password";
import { logOut } from "#gateway/log-out";
import { refreshSession } from "#gateway/refresh-session";
import { ChangePasswordRequest, LogoutRequest, Outcome, SessionInfo, TokenResponse, User } from "#gateway/schema";
import { sessionView } from "#gateway/session-view";
import { getUser } from "#gateway/store";
import { userView } from "#gateway/user-view";
import { defineRoute } from "#http/route";
import type { OwnApp } from "../context.ts";
import { json, requiredJson } from "./json-content.ts";

const logout = defineRoute({
	method: "post",
	path: "/api/auth/logout",
	policy: "read",
	summary: "End this session: its token and its open sockets stop working at once.",
	request: { body: { content: { "application/json": { schema: LogoutRequest } } } },
	responses: { 200: json(Outcome, "The session has ended.") },
});

const refresh = defineRoute({
	method: "post",
	path: "/api/auth/refresh",
	policy: "read",
	summary: "Get a new token for this session; the old one dies.",
	responses: { 200: json(TokenResponse, "The new token.") },
});

const me = defineRoute({
	method: "get",
	path: "/api/auth/me",
	policy: "read",
	summary: "The signed-in user.",
	responses: { 200: json(User, "The user.") },
});

const password = defineRoute({
	method: "post",
	path: "/api/auth/password",
	policy: "read",
	summary: "Change the password and end all other sessions.",
	request: { body: requiredJson(ChangePasswordRequest) },
	responses: { 200: json(Outcome, "The password has changed.") },
});

const list = defineRoute({
	method: "get",
	path: "/api/auth/sessions",
	policy: "read",
	summary: "The user's sessions.",
	responses: { 200: json(z.object({ sessions: z.array(SessionInfo) }), "The sessions that are alive.") },
});

const end = defineRoute({
	method: "delete",
	path: "/api/auth/sessions/{id}",
	policy: "read",
	summary: "End one of the user's sessions.",
	request: { params: z.object({ id: z.string() }) },
	responses: { 204: { description: "The session has ended." } },
});

export function mountSessions(app: OwnApp): void {
	app.openapi(logout, async (c) => {
		const { token } = c.req.valid("json") ?? {};
		await logOut(c.var.context, c.var.context.scope.caller, token);
		return c.json({ success: true, message: "Signed out." }, 200);
	});

	app.openapi(refresh, async (c) => c.json(await refreshSession(c.var.context, c.var.context.scope.caller), 200));

	app.openapi(me, async (c) => {
		const { db, scope } = c.var.context;
		// The account knows the role of this moment; the list of users may lag.
		return c.json({ ...userView(await getUser(db, scope.caller.userId)), role: scope.caller.role }, 200);
	});

	app.openapi(password, async (c) => {
		await changePassword(c.var.context, c.var.context.scope.caller, c.req.valid("json"));
		return c.json({ success: true, message: "The password has changed; other sessions have ended." }, 200);
	});

	app.openapi(list, async (c) => {
		const { account, scope } = c.var.context;
		const sessions = await account(scope.caller.userId).listSessions();
		return c.json({ sessions: sessions.map((session) => sessionView(session, scope.caller.credentialId)) }, 200);
	});

	app.openapi(end, async (c) => {
		const { account, scope } = c.var.context;
		if (await account(scope.caller.userId).endSession(c.req.valid("param").id)) return c.body(null, 204);
		throw new AppError("not_found", "There is no such session.");
	});
}
