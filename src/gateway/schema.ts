/** What the gateway's own endpoints take and give. Fields that are not declared here are dropped, never applied. */
import { z } from "zod";
import { roles } from "#core/caller";
import { normalizeEmail } from "./email.ts";
import { scopes } from "./scopes.ts";

const Password = z.string().min(8).max(256).meta({ example: "correct horse battery" });
const Name = z.string().trim().min(1).max(100);
const Timestamp = z.iso.datetime().meta({ example: "2026-11-23T15:00:00.000Z" });

export const LoginRequest = z
	.object({
		/** Not checked for its form: an unknown email and a malformed one get the same answer. */
		email: z.string().min(1).max(320).transform(normalizeEmail).meta({ example: "ada@example.com" }),
		password: z.string().min(1).max(256).meta({ example: "correct horse battery" }),
		rememberMe: z.boolean().optional().meta({ description: "A session of 30 days instead of 12 hours." }),
	})
	.meta({ id: "LoginRequest" });
export type LoginRequest = z.infer<typeof LoginRequest>;

export const SessionUser = z
	.object({
		id: z.string().meta({ example: "usr_4fT0wN7cB1mZkQ2sXyVu9E" }),
		email: z.string().meta({ example: "ada@example.com" }),
		role: z.enum(roles),
		firstName: z.string().optional(),
		lastName: z.string().optional(),
	})
	.meta({ id: "SessionUser" });

export const LoginResponse = z
	.object({ token: z.string(), user: SessionUser, expiresAt: Timestamp })
	.meta({ id: "LoginResponse" });
export type LoginResponse = z.infer<typeof LoginResponse>;

export const TokenResponse = z.object({ token: z.string(), expiresAt: Timestamp }).meta({ id: "TokenResponse" });
export type TokenResponse = z.infer<typeof TokenResponse>;

export const LogoutRequest = z
	.object({ token: z.string().max(4096).optional().meta({ description: "Another token of yours to end as well." }) })
	.meta({ id: "LogoutRequest" });

export const Outcome = z.object({ success: z.boolean(), message: z.string() }).meta({ id: "Outcome" });

export const ChangePasswordRequest = z
	.object({ currentPassword: z.string().min(1).max(256), newPassword: Password })
	.meta({ id: "ChangePasswordRequest" });
export type ChangePasswordRequest = z.infer<typeof ChangePasswordRequest>;

export const SessionInfo = z
	.object({
		id: z.string().meta({ example: "lgn_9bQ2kYd7TzX0mLwR4vHc1P" }),
		userAgent: z.string(),
		createdAt: Timestamp,
		lastUsedAt: Timestamp,
		expiresAt: Timestamp,
		current: z.boolean(),
	})
	.meta({ id: "Session" });
export type SessionInfo = z.infer<typeof SessionInfo>;

export const User = z
	.object({
		...SessionUser.shape,
		username: z.string().meta({ example: "ada" }),
		isActive: z.boolean(),
		lastLoginAt: Timestamp.optional(),
		createdAt: Timestamp,
		updatedAt: Timestamp,
	})
	.meta({ id: "User" });
export type User = z.infer<typeof User>;

export const CreateUserRequest = z
	.object({
		email: z.string().max(320).transform(normalizeEmail).pipe(z.email()).meta({ example: "ada@example.com" }),
		username: Name.meta({ example: "ada" }),
		password: Password,
		role: z.enum(roles).default("user"),
		firstName: Name.optional(),
		lastName: Name.optional(),
	})
	.meta({ id: "CreateUserRequest" });
export type CreateUserRequest = z.infer<typeof CreateUserRequest>;

export const UpdateUserRequest = z
	.object({
		role: z.enum(roles).optional(),
		isActive: z.boolean().optional(),
		disabled: z.boolean().optional().meta({ description: "The opposite of `isActive`." }),
		firstName: Name.nullable().optional(),
		lastName: Name.nullable().optional(),
	})
	.meta({ id: "UpdateUserRequest" });
export type UpdateUserRequest = z.infer<typeof UpdateUserRequest>;

export const CreateApiKeyRequest = z
	.object({
		name: Name.meta({ example: "nightly job" }),
		scopes: z.array(z.enum(scopes)).min(1).max(scopes.length).default(["*"]),
	})
	.meta({ id: "CreateApiKeyRequest" });
export type CreateApiKeyRequest = z.infer<typeof CreateApiKeyRequest>;

export const ApiKeyInfo = z
	.object({
		id: z.string().meta({ example: "key_1xW8sPq3LrT6nVb0KzJy5D" }),
		name: z.string(),
		scopes: z.array(z.enum(scopes)),
		createdAt: Timestamp,
		lastUsedAt: Timestamp.optional(),
	})
	.meta({ id: "ApiKey" });
export type ApiKeyInfo = z.infer<typeof ApiKeyInfo>;

export const NewApiKey = ApiKeyInfo.extend({
	key: z.string().meta({ description: "Shown now and never again." }),
}).meta({ id: "NewApiKey" });
export type NewApiKey = z.infer<typeof NewApiKey>;

const health = z.enum(["healthy", "unhealthy"]);

export const ServiceHealth = z
	.object({
		status: health,
		latencyMs: z.number(),
		version: z.string().optional(),
		uptime: z.number().optional().meta({ description: "Seconds." }),
	})
	.meta({ id: "ServiceHealth" });
export type ServiceHealth = z.infer<typeof ServiceHealth>;

export const SystemHealth = z
	.object({
		status: z.enum(["healthy", "degraded", "unhealthy"]),
		timestamp: Timestamp,
		version: z.string(),
		dependencies: z.record(z.string(), ServiceHealth),
		services: z.record(z.string(), ServiceHealth),
	})
	.meta({ id: "SystemHealth" });
export type SystemHealth = z.infer<typeof SystemHealth>;
