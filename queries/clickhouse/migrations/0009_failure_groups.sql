-- What failure groups are made of. cause: the fingerprint before splits and merges; fingerprint is the group that shows it.
ALTER TABLE {database}.events_by_object {on_cluster} ADD COLUMN IF NOT EXISTS endpoint LowCardinality(String);
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS cause String;
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS error_code LowCardinality(String);
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS error_class LowCardinality(String);
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS error_message String;
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS endpoint LowCardinality(String);
