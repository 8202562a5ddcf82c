-- Its owner may run nothing now: he is disabled, or a viewer.
ALTER TABLE workflow_triggers ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
