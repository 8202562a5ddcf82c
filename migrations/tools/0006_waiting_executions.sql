-- JSON: what a person has to allow before the call is made.
ALTER TABLE tool_executions ADD COLUMN approval TEXT;
-- It failed for a reason that may pass, as often as it is tried by itself.
ALTER TABLE tool_executions ADD COLUMN dead_letter INTEGER NOT NULL DEFAULT 0;
-- The dead letter that this execution tries again.
ALTER TABLE tool_executions ADD COLUMN retry_of TEXT;
CREATE INDEX tool_executions_dead ON tool_executions (owner_id, start_time) WHERE dead_letter = 1;
CREATE INDEX tool_executions_retry ON tool_executions (retry_of) WHERE retry_of IS NOT NULL;
