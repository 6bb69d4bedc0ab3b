-- What an imported object log says about its objects (OCEL: attributes with the time from which they hold, and relationships to
-- other objects as `relationship:<qualifier>`). Own table, because such a fact is no event: it counts nowhere, and an object that no
-- event touches keeps its attributes too. The same file again collapses.
CREATE TABLE IF NOT EXISTS {database}.object_attributes {on_cluster}
(
    namespace LowCardinality(String),
    object_type LowCardinality(String),
    object_id String,
    name LowCardinality(String),
    time DateTime64(3, 'UTC'),
    source LowCardinality(String),
    position UInt32,
    value String,
    received_at DateTime64(3, 'UTC')
)
ENGINE = {engine:ReplacingMergeTree(received_at)}
ORDER BY (object_type, object_id, namespace, name, time, source, position)
SETTINGS non_replicated_deduplication_window = 1000;
