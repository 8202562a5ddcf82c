CREATE TABLE items (id TEXT PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO items VALUES ('itm_1', 'first'), ('itm_2', 'second'), ('itm_3', 'third');
