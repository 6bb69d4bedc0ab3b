-- What failure groups are made of. cause: the fingerprint before splits and merges; fingerprint is the group that shows it.
ALTER TABLE {database}.events_by_object {on_cluster} ADD COLUMN IF NOT EXISTS endpoint LowCardinality(String);
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS cause String;
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS error_code LowCardinality(String);
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS error_class LowCardinality(String);
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS error_message String;
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS endpoint LowCardinality(String);
-- A group's page asks for one fingerprint: members were mostly found together, so most granules hold none. FINAL reads every version of a
-- row whose key it reads (use_skip_indexes_if_final_exact_mode), so a row that changed its group is not seen in its old one.
ALTER TABLE {database}.exceptions {on_cluster} ADD INDEX IF NOT EXISTS by_fingerprint fingerprint TYPE bloom_filter(0.01) GRANULARITY 1;
ALTER TABLE {database}.exceptions {on_cluster} MATERIALIZE INDEX by_fingerprint;
