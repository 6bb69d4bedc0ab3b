-- Whose an exception is, when its clock warns, and which rules decided: for the filters `owner`, `sla` and `rule` of the worklist.
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS owner LowCardinality(String) DEFAULT '';
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS criticality LowCardinality(String) DEFAULT '';
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS warn_at Nullable(DateTime64(3, 'UTC'));
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS rules Array(LowCardinality(String));
