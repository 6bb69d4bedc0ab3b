-- Reconciliation: what stands on each side, by what it is linked, what a run made of it, and its evidence.

-- One row per item of a set, recomputed from the events of its object and replaced by version. minor is never negative, sign (1 credit,
-- -1 debit) carries the direction. links: hashes of (name, value), beside them name and value; item: a hash of set and item_id, to join by.
-- removed: its object was cancelled, or its line is no more.
CREATE TABLE IF NOT EXISTS {database}.recon_items {on_cluster}
(
    set_id LowCardinality(String),
    item_id String,
    item UInt64,
    side LowCardinality(String),
    namespace LowCardinality(String),
    object_type LowCardinality(String),
    object_id String,
    line String,
    event_type LowCardinality(String),
    event_id String,
    minor Int64,
    sign Int8,
    currency LowCardinality(String),
    quantity Decimal(18, 4),
    account LowCardinality(String),
    day Date,
    links Array(UInt64),
    link_names Array(LowCardinality(String)),
    link_values Array(String),
    counterparty_type LowCardinality(String),
    counterparty_id String,
    counterparty_name String,
    facility LowCardinality(String),
    entity LowCardinality(String),
    integration LowCardinality(String),
    criticality LowCardinality(String),
    correlation_id String,
    first_at DateTime64(3, 'UTC'),
    due_at DateTime64(3, 'UTC'),
    excluded LowCardinality(String),
    optional Bool,
    opens Bool,
    removed Bool,
    version UInt64
)
ENGINE = {engine:ReplacingMergeTree(version)}
ORDER BY (set_id, item_id)
SETTINGS non_replicated_deduplication_window = 1000, index_granularity = 1024;

-- Who shares a link: for the neighbourhood of what changed, so that it does not read the history.
CREATE TABLE IF NOT EXISTS {database}.recon_links {on_cluster}
(
    set_id LowCardinality(String),
    link UInt64,
    item_id String
)
ENGINE = {engine:ReplacingMergeTree}
ORDER BY (set_id, link, item_id)
SETTINGS non_replicated_deduplication_window = 1000, index_granularity = 1024;
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.recon_linking {on_cluster} TO {database}.recon_links
AS SELECT set_id, arrayJoin(links) AS link, item_id FROM {database}.recon_items;

-- What a run looks at where it does not look at everything. round: how it got there.
CREATE TABLE IF NOT EXISTS {database}.recon_reach {on_cluster}
(
    run UInt64,
    item_id String,
    round UInt8
)
ENGINE = {engine:MergeTree}
ORDER BY (run, item_id)
TTL toDateTime(intDiv(run, 1000)) + INTERVAL 1 DAY
SETTINGS index_granularity = 1024;

-- Evidence: what each run matched or suggested, by which version of which rule and why. used: how much of each item, positive minor
-- units. decided 0: a suggestion, which takes nothing.
CREATE TABLE IF NOT EXISTS {database}.recon_matches {on_cluster}
(
    run UInt64,
    match_id String,
    set_id LowCardinality(String),
    decided Bool,
    decided_by LowCardinality(String),
    rule LowCardinality(String),
    rule_version UInt32,
    pass LowCardinality(String),
    score Float32,
    reasons Array(String),
    ambiguous Bool,
    item_ids Array(String),
    items Array(UInt64),
    sides Array(LowCardinality(String)),
    used Array(Int64),
    currency LowCardinality(String),
    difference_reasons Array(LowCardinality(String)),
    difference_minors Array(Int64)
)
ENGINE = {engine:ReplacingMergeTree}
ORDER BY (run, match_id)
SETTINGS non_replicated_deduplication_window = 1000, index_granularity = 1024;

-- Where every item stands: lists, totals and ageing read this alone. match_run points to the evidence; status `removed` is shown nowhere.
CREATE TABLE IF NOT EXISTS {database}.recon_results {on_cluster}
(
    set_id LowCardinality(String),
    item_id String,
    side LowCardinality(String),
    namespace LowCardinality(String),
    object_type LowCardinality(String),
    object_id String,
    line String,
    event_type LowCardinality(String),
    event_id String,
    minor Int64,
    open_minor Int64,
    written_minor Int64,
    sign Int8,
    currency LowCardinality(String),
    account LowCardinality(String),
    day Date,
    counterparty_type LowCardinality(String),
    counterparty_id String,
    counterparty_name String,
    facility LowCardinality(String),
    entity LowCardinality(String),
    integration LowCardinality(String),
    criticality LowCardinality(String),
    correlation_id String,
    first_at DateTime64(3, 'UTC'),
    due_at DateTime64(3, 'UTC'),
    status LowCardinality(String),
    excluded LowCardinality(String),
    opens Bool,
    match_id String,
    match_run UInt64,
    rule LowCardinality(String),
    score Float32,
    reasons Array(String),
    decided_by LowCardinality(String),
    ambiguous Bool,
    difference_reasons Array(LowCardinality(String)),
    difference_minors Array(Int64),
    suggestions Array(String),
    version UInt64
)
ENGINE = {engine:ReplacingMergeTree(version)}
ORDER BY (set_id, item_id)
SETTINGS non_replicated_deduplication_window = 1000, index_granularity = 1024;
