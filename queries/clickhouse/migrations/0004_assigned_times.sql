-- The time that was given to an event which brought none. Written before the event's rows: a sorting key must hold only what is the
-- same each time the event is sent, so a resend after a crash between the tables must find the time of the first attempt.
CREATE TABLE IF NOT EXISTS {database}.assigned_times {on_cluster}
(
    event_key UUID,
    time DateTime64(3, 'UTC')
)
ENGINE = {engine:ReplacingMergeTree}
ORDER BY (event_key, time)
SETTINGS non_replicated_deduplication_window = 1000;
