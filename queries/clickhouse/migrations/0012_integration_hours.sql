-- What each integration moved per hour, for comparing an hour with the same hour of other weeks: asking `events` for three months of
-- every integration would read all of it. One row per (integration, hour, facility, entity), so that a scope sees its own share only.
-- Never fed by insert: the worker computes whole hours again from `events` (queries/clickhouse/assistance/rollup.ts) and replaces them by
-- version, so a late or repeated event changes nothing that it should not.
-- moves: as queries/clickhouse/health counts them; durations and log_ms: how many of them say how long they took and the sum of the
-- binary logarithms of the milliseconds (sums of logarithms add up over hours, percentiles do not); failure_keys: error class, NUL, error
-- code of failed attempts, with their counts.
CREATE TABLE IF NOT EXISTS {database}.integration_hours {on_cluster}
(
    integration LowCardinality(String),
    hour DateTime('UTC'),
    facility LowCardinality(String),
    entity LowCardinality(String),
    moves UInt32,
    durations UInt32,
    log_ms Float64,
    failure_keys Array(LowCardinality(String)),
    failure_counts Array(UInt32),
    version UInt64
)
ENGINE = {engine:ReplacingMergeTree(version)}
ORDER BY (integration, hour, facility, entity)
SETTINGS non_replicated_deduplication_window = 1000;
