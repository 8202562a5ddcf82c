/** The gateway's own endpoints. They stand behind the door like a domain and know the caller by the same headers. */
import { newApp } from "#http/app";
import { domain } from "./context.ts";
import { mountApiKeys } from "./routes/api-keys.ts";
import { mountHealth } from "./routes/health.ts";
import { mountLogin } from "./routes/login.ts";
import { mountSessions } from "./routes/sessions.ts";
import { mountUsers } from "./routes/users.ts";

export const ownApp = newApp(domain);

mountHealth(ownApp);
mountLogin(ownApp);
mountSessions(ownApp);
mountUsers(ownApp);
mountApiKeys(ownApp);
