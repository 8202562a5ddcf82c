-- What a custom tool has besides its source: a language, time to compute, hosts, and secrets sealed for them.
UPDATE tools
SET config = json_set(config, '$.language', 'javascript', '$.cpuTime', 200, '$.hosts', json('[]'), '$.secrets', json('{}'))
WHERE type = 'custom';
