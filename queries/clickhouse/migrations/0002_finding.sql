-- What the worker derives. Every row is recomputed from events_by_object and replaced by version; nothing is fed by insert-time views.

-- The current state of each business object.
CREATE TABLE IF NOT EXISTS {database}.objects {on_cluster}
(
    namespace LowCardinality(String),
    object_type LowCardinality(String),
    object_id String,
    first_at DateTime64(3, 'UTC'),
    last_at DateTime64(3, 'UTC'),
    events UInt32,
    facility LowCardinality(String),
    entity LowCardinality(String),
    counterparty_type LowCardinality(String),
    counterparty_id String,
    counterparty_name String,
    criticality LowCardinality(String),
    amount_minor Nullable(Int64),
    currency LowCardinality(String),
    milestone_types Array(LowCardinality(String)),
    milestone_times Array(DateTime64(3, 'UTC')),
    environment LowCardinality(String),
    correlation_id String,
    version UInt64
)
ENGINE = {engine:ReplacingMergeTree(version)}
ORDER BY (object_type, object_id, namespace)
SETTINGS non_replicated_deduplication_window = 1000;

-- One row per (object, expectation): after the anchor milestone the expected one is due at due_at. met_at: it was seen; cancelled_at:
-- it is no longer wanted. Open are those with neither. kind 'failed': a failed attempt that must be recovered by due_at.
-- removed: the anchor itself is gone (superseded by later knowledge); such rows count nowhere.
CREATE TABLE IF NOT EXISTS {database}.obligations {on_cluster}
(
    namespace LowCardinality(String),
    object_type LowCardinality(String),
    object_id String,
    process LowCardinality(String),
    expectation LowCardinality(String),
    milestone LowCardinality(String),
    kind LowCardinality(String),
    anchor_type LowCardinality(String),
    anchor_at DateTime64(3, 'UTC'),
    warn_at DateTime64(3, 'UTC'),
    due_at DateTime64(3, 'UTC'),
    met_at Nullable(DateTime64(3, 'UTC')),
    cancelled_at Nullable(DateTime64(3, 'UTC')),
    removed Bool,
    integration LowCardinality(String),
    facility LowCardinality(String),
    entity LowCardinality(String),
    counterparty_type LowCardinality(String),
    counterparty_id String,
    counterparty_name String,
    criticality LowCardinality(String),
    amount_minor Nullable(Int64),
    currency LowCardinality(String),
    correlation_id String,
    version UInt64
)
ENGINE = {engine:ReplacingMergeTree(version)}
ORDER BY (object_type, object_id, namespace, process, expectation)
SETTINGS non_replicated_deduplication_window = 1000;

-- The worklist: a projection of PostgreSQL's exceptions, versioned by the exception's own version. Lists, facets, tiles, badges and
-- mails all read this one table. severity_rank: critical 4, high 3, normal 2, low 1.
CREATE TABLE IF NOT EXISTS {database}.exceptions {on_cluster}
(
    id UInt64,
    kind LowCardinality(String),
    type LowCardinality(String),
    title String,
    explanation String,
    status LowCardinality(String),
    severity LowCardinality(String),
    severity_rank UInt8,
    severity_reasons Array(String),
    process LowCardinality(String),
    step LowCardinality(String),
    integration LowCardinality(String),
    system LowCardinality(String),
    facility LowCardinality(String),
    entity LowCardinality(String),
    counterparty_type LowCardinality(String),
    counterparty_id String,
    counterparty_name String,
    namespace LowCardinality(String),
    object_type LowCardinality(String),
    object_id String,
    amount_minor Nullable(Int64),
    currency LowCardinality(String),
    -- the business object whose amount this is: exceptions of one amount share it, so that money at risk counts it once
    amount_key String,
    first_seen DateTime64(3, 'UTC'),
    last_seen DateTime64(3, 'UTC'),
    detected_at DateTime64(3, 'UTC'),
    due_at Nullable(DateTime64(3, 'UTC')),
    occurrences UInt32,
    fingerprint String,
    assignee String,
    correlation_ids Array(String),
    event_ids Array(String),
    environment LowCardinality(String),
    resolution_code LowCardinality(String),
    resolution_by LowCardinality(String),
    resolution_at Nullable(DateTime64(3, 'UTC')),
    resolution_note String,
    version UInt64
)
ENGINE = {engine:ReplacingMergeTree(version)}
ORDER BY id
SETTINGS non_replicated_deduplication_window = 1000;
