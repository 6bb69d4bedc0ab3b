-- Failure groups: what people decide about all failures of one cause, and the rules by which a group is split or joined to another.

alter table exception
  -- the fingerprint of the failure itself; fingerprint is the group after splits and merges
  add column cause text,
  -- by which version of the fingerprint the cause was made
  add column cause_version integer not null default 1,
  add column error_code text,
  add column error_class text,
  -- as ingestion redacted it
  add column error_message text,
  add column endpoint text,
  -- the group whose mute ignores this one; null where a person ignored it by itself
  add column muted_by text;
update exception set cause = fingerprint;
create index exception_cause on exception (cause);
create index exception_muted on exception (muted_by) where muted_by is not null;

-- One row per group about which somebody decided something; a group without a row is as it was found.
create table failure_group (
  fingerprint text primary key,
  assignee text,
  -- what a person believes or knows to be the cause, in words
  suspected_cause text,
  suspected_by text,
  suspected_at timestamptz,
  -- muted while muted_at is set: until a time, until so many more occurrences, or until so many within so many seconds
  muted_at timestamptz,
  muted_by text,
  mute_until timestamptz,
  mute_count integer,
  -- occurrences of all members when it was muted
  mute_baseline bigint,
  mute_rate_count integer,
  mute_rate_seconds integer,
  mute_reason text,
  version integer not null default 1
);
create index failure_group_muted on failure_group (mute_until) where muted_at is not null;

-- Rules are applied in the order of their ids, each at most once, to every failure, those that come later included. None is ever
-- changed: undone_at ends it, another one replaces it.
--   merge: what is in group source goes to group target
--   split: what is in group source goes to a group of its own per value of dimension; value not null: only what has that value
create table failure_group_rule (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('merge', 'split')),
  source text not null,
  target text,
  dimension text check (dimension in ('facility', 'integration', 'endpoint', 'code', 'text')),
  value text,
  -- what the fingerprints of the split's groups are made from: the source, also where the source itself got another name since
  origin text not null,
  reason text not null default '',
  created_at timestamptz not null default now(),
  created_by_kind text not null,
  created_by text not null,
  undone_at timestamptz,
  undone_by text,
  undone_reason text,
  check ((kind = 'merge') = (target is not null)),
  check ((kind = 'split') = (dimension is not null))
);
create index failure_group_rule_of on failure_group_rule (source);

-- From which split a group comes; written when the first failure gets there.
create table failure_group_origin (
  fingerprint text primary key,
  rule_id bigint not null references failure_group_rule (id),
  dimension text not null,
  value text not null
);

-- muted, mute_ended, assigned, commented, cause_set, split, merged, rule_undone, carried_over
create table failure_group_history (
  id bigint generated always as identity primary key,
  fingerprint text not null,
  at timestamptz not null default now(),
  actor_kind text not null,
  actor_id text not null,
  act text not null,
  detail jsonb not null default '{}'
);
create index failure_group_history_of on failure_group_history (fingerprint, id);
