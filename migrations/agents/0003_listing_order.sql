-- The order of the lists that span owners, and the executions of a session.
CREATE INDEX agents_created ON agents (created_at, id);
CREATE INDEX agent_templates_created ON agent_templates (created_at, id);
CREATE INDEX agent_executions_started ON agent_executions (start_time, id);
CREATE INDEX agent_executions_session ON agent_executions (session_id, start_time);
CREATE INDEX conversations_updated ON conversations (updated_at, id);
