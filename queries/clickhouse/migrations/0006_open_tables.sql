-- What is open stands in tables of its own: nearly every screen asks for that, and it must not grow with what is over.
--
-- Each is fed by a view that copies row for row: every row of the source, replaced by version as there, `gone` where it is over. Such
-- a row keeps the older, open one from coming back until both are removed (queries/clickhouse/open-tables.ts). Writing a row twice, or
-- an old one late, changes nothing. The views select *, so a later column is added to source and copy, and that is all.
-- index_granularity 256, small blocks: a page reads its 50 whole rows by id, wide columns included; with 8192 that was half the table.
-- Derived columns, so that a scan of a million rows compares and groups by numbers instead of text: line (64 bits of the fingerprint,
-- itself a hash of 64 bits), amount_of (of currency and amount_key), object_of (0: no object), shape (the title without its object's id).
-- Two of a million keys share one with a probability of 3e-8.
-- The copies go in blocks of 50,000 rows: whole tables of wide rows at once do not fit into an embedded query's memory.
-- search: the text that a search looks through, in lower case.

-- The columns of 0007 and 0009, which then find them there: source and copies must have the same.
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS owner LowCardinality(String) DEFAULT '';
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS criticality LowCardinality(String) DEFAULT '';
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS warn_at Nullable(DateTime64(3, 'UTC'));
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS rules Array(LowCardinality(String));
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS cause String;
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS error_code LowCardinality(String);
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS error_class LowCardinality(String);
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS error_message String;
ALTER TABLE {database}.exceptions {on_cluster} ADD COLUMN IF NOT EXISTS endpoint LowCardinality(String);

CREATE TABLE IF NOT EXISTS {database}.exceptions_next {on_cluster} AS {database}.exceptions
ENGINE = {engine:ReplacingMergeTree(version)}
ORDER BY id
SETTINGS non_replicated_deduplication_window = 1000, index_granularity = 256, min_compress_block_size = 16384;
ALTER TABLE {database}.exceptions_next {on_cluster} MODIFY COLUMN assignee LowCardinality(String);
ALTER TABLE {database}.exceptions_next {on_cluster} ADD COLUMN IF NOT EXISTS line UInt64 MATERIALIZED cityHash64(fingerprint);
ALTER TABLE {database}.exceptions_next {on_cluster} ADD COLUMN IF NOT EXISTS object_of UInt64 MATERIALIZED if(object_id = '', 0, cityHash64(toString(object_type), object_id, toString(namespace)));
ALTER TABLE {database}.exceptions_next {on_cluster} ADD COLUMN IF NOT EXISTS shape UInt64 MATERIALIZED cityHash64(replaceOne(title, object_id, ''));
ALTER TABLE {database}.exceptions_next {on_cluster} ADD COLUMN IF NOT EXISTS amount_of UInt64 MATERIALIZED cityHash64(toString(currency), amount_key);
ALTER TABLE {database}.exceptions_next {on_cluster} ADD COLUMN IF NOT EXISTS search String MATERIALIZED lowerUTF8(concat(toString(id), ' ', title, ' ', object_id, ' ', counterparty_name, ' ', counterparty_id, ' ', fingerprint, ' ', arrayStringConcat(correlation_ids, ' ')));
INSERT INTO {database}.exceptions_next SELECT * FROM {database}.exceptions
SETTINGS max_threads = 1, min_insert_block_size_rows = 50000, min_insert_block_size_bytes = 0;
EXCHANGE TABLES {database}.exceptions AND {database}.exceptions_next {on_cluster};
DROP TABLE IF EXISTS {database}.exceptions_next {on_cluster} SYNC;

CREATE TABLE IF NOT EXISTS {database}.exceptions_open {on_cluster}
ENGINE = {engine:ReplacingMergeTree(version, gone)}
ORDER BY id
SETTINGS non_replicated_deduplication_window = 1000, index_granularity = 256, min_compress_block_size = 16384
EMPTY AS SELECT *, CAST(status = 'resolved' AS UInt8) AS gone, now() AS written_at FROM {database}.exceptions;
ALTER TABLE {database}.exceptions_open {on_cluster} ADD COLUMN IF NOT EXISTS line UInt64 MATERIALIZED cityHash64(fingerprint);
ALTER TABLE {database}.exceptions_open {on_cluster} ADD COLUMN IF NOT EXISTS object_of UInt64 MATERIALIZED if(object_id = '', 0, cityHash64(toString(object_type), object_id, toString(namespace)));
ALTER TABLE {database}.exceptions_open {on_cluster} ADD COLUMN IF NOT EXISTS shape UInt64 MATERIALIZED cityHash64(replaceOne(title, object_id, ''));
ALTER TABLE {database}.exceptions_open {on_cluster} ADD COLUMN IF NOT EXISTS amount_of UInt64 MATERIALIZED cityHash64(toString(currency), amount_key);
ALTER TABLE {database}.exceptions_open {on_cluster} ADD COLUMN IF NOT EXISTS search String MATERIALIZED lowerUTF8(concat(toString(id), ' ', title, ' ', object_id, ' ', counterparty_name, ' ', counterparty_id, ' ', fingerprint, ' ', arrayStringConcat(correlation_ids, ' ')));
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.exceptions_opening {on_cluster} TO {database}.exceptions_open
AS SELECT *, CAST(status = 'resolved' AS UInt8) AS gone, now() AS written_at FROM {database}.exceptions;
INSERT INTO {database}.exceptions_open SELECT *, toUInt8(0) AS gone, now() AS written_at FROM {database}.exceptions FINAL WHERE status != 'resolved'
SETTINGS max_threads = 1, min_insert_block_size_rows = 50000, min_insert_block_size_bytes = 0;

CREATE TABLE IF NOT EXISTS {database}.obligations_open {on_cluster}
ENGINE = {engine:ReplacingMergeTree(version, gone)}
ORDER BY (object_type, object_id, namespace, process, expectation)
SETTINGS non_replicated_deduplication_window = 1000
EMPTY AS SELECT *, CAST(isNotNull(met_at) OR isNotNull(cancelled_at) OR removed AS UInt8) AS gone, now() AS written_at FROM {database}.obligations;
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.obligations_opening {on_cluster} TO {database}.obligations_open
AS SELECT *, CAST(isNotNull(met_at) OR isNotNull(cancelled_at) OR removed AS UInt8) AS gone, now() AS written_at FROM {database}.obligations;
INSERT INTO {database}.obligations_open SELECT *, toUInt8(0) AS gone, now() AS written_at FROM {database}.obligations FINAL WHERE isNull(met_at) AND isNull(cancelled_at) AND NOT removed
SETTINGS max_threads = 1, min_insert_block_size_rows = 50000, min_insert_block_size_bytes = 0;
