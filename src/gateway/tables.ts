/** The gateway's D1 tables; what a request needs stands in the account objects instead. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { roles } from "#core/caller";

export const users = sqliteTable("users", {
	id: text().primaryKey(),
	email: text().notNull().unique(),
	username: text().notNull().unique(),
	firstName: text("first_name"),
	lastName: text("last_name"),
	role: text({ enum: roles }).notNull(),
	isActive: integer("is_active", { mode: "boolean" }).notNull().default(true),
	passwordHash: text("password_hash").notNull(),
	lastLoginAt: text("last_login_at"),
	createdAt: text("created_at").notNull(),
	updatedAt: text("updated_at").notNull(),
});
