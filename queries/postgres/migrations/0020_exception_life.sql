-- How long an exception stays ignored (by time, by count, by rate) and whether a person holds it open.

alter table exception
  -- occurrences when it was ignored; ignore_count more of them end it
  add column ignored_occurrences integer,
  -- this many occurrences within so many seconds end it
  add column ignore_rate_count integer,
  add column ignore_rate_seconds integer,
  -- a person reopened it: only what is seen after this closes it by itself
  add column reopened_at timestamptz;

create index exception_waiting on exception (wait_until) where status = 'waiting';
