-- The OpenAI-compatible paths name an agent by its id or its name.
CREATE INDEX agents_name ON agents (name);
