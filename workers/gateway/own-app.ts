/** The gateway's own endpoints. They stand behind the door like a domain and know the caller by the same headers. */
import { newApp } from "#http/app";
import { domain } from "./context.ts";
import { mountChangePassword } from "./routes/change-password.ts";
import { mountCreateApiKey } from "./routes/create-api-key.ts";
import { mountCreateUser } from "./routes/create-user.ts";
import { mountDeleteApiKey } from "./routes/delete-api-key.ts";
import { mountEndSession } from "./routes/end-session.ts";
import { mountGetMe } from "./routes/get-me.ts";
import { mountGetSystemHealth } from "./routes/get-system-health.ts";
import { mountGetUser } from "./routes/get-user.ts";
import { mountListApiKeys } from "./routes/list-api-keys.ts";
import { mountListSessions } from "./routes/list-sessions.ts";
import { mountListUsers } from "./routes/list-users.ts";
import { mountLogIn } from "./routes/log-in.ts";
import { mountLogOut } from "./routes/log-out.ts";
import { mountRefreshSession } from "./routes/refresh-session.ts";
import { mountUpdateUser } from "./routes/update-user.ts";

export const ownApp = newApp(domain);

for (const mount of [
	mountGetSystemHealth,
	mountLogIn,
	mountLogOut,
	mountRefreshSession,
	mountGetMe,
	mountChangePassword,
	mountListSessions,
	mountEndSession,
	mountCreateUser,
	mountListUsers,
	mountGetUser,
	mountUpdateUser,
	mountCreateApiKey,
	mountListApiKeys,
	mountDeleteApiKey,
]) {
	mount(ownApp);
}
