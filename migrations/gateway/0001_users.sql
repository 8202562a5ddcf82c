CREATE TABLE users (
	id TEXT PRIMARY KEY,
	email TEXT NOT NULL UNIQUE,
	username TEXT NOT NULL UNIQUE,
	first_name TEXT,
	last_name TEXT,
	role TEXT NOT NULL CHECK (role IN ('admin', 'user', 'viewer')),
	is_active INTEGER NOT NULL DEFAULT 1,
	password_hash TEXT NOT NULL,
	last_login_at TEXT,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
) STRICT;

-- The order of the admin's list: newest first.
CREATE INDEX users_by_creation ON users (created_at DESC, id DESC);

-- Few rows: answers "is there another active admin" without a scan.
CREATE INDEX users_active_admins ON users (id) WHERE role = 'admin' AND is_active = 1;
