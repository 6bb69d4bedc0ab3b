-- What people decide, and the life of what was found. Instants are timestamptz; amounts are minor units beside their currency.

create table service_key (
  id text primary key,
  name text not null,
  -- SHA-256 of the key, hex; the key itself is shown once and never kept
  hash text not null unique,
  prefix text not null,
  -- as in INTERFACES.md: ingest:<integration|*>, read, exceptions:write, recon:write, replay:request, admin; each may carry @<facility or entity>
  scopes text[] not null,
  strict boolean not null default false,
  created_by text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- Role and scope of a person; the account itself is better-auth's "user". all_facilities true sees everything the role may.
create table person (
  user_id text primary key,
  role text not null,
  title text not null default '',
  all_facilities boolean not null default false,
  facilities text[] not null default '{}',
  entities text[] not null default '{}',
  time_zone text not null default 'UTC',
  version integer not null default 1
);

-- The catalogue, every version of every document. The newest version of a (kind, id) is in force.
create table catalogue_document (
  kind text not null,
  id text not null,
  version integer not null,
  document jsonb not null,
  content_hash text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (kind, id, version)
);

create table ingest_writer (
  id text primary key,
  host text not null,
  lane text not null,
  started_at timestamptz not null default now()
);

-- How far a background reader has read each writer.
create table reader_cursor (
  reader text not null,
  writer text not null,
  sequence bigint not null,
  primary key (reader, writer)
);

-- One row per trouble for ever: subject_key is what it is about (object, process, milestone). A recurrence reopens the row, so its
-- history stays. evidence_at: event time of the newest evidence; a resolved row reopens only on newer evidence.
create table exception (
  id bigint generated always as identity (start with 1001) primary key,
  subject_key text not null unique,
  kind text not null,
  type text not null,
  title text not null,
  explanation text not null,
  status text not null default 'open',
  severity text not null,
  severity_reasons text[] not null default '{}',
  process text,
  step text,
  integration text,
  system text,
  facility text,
  entity text,
  counterparty_type text,
  counterparty_id text,
  counterparty_name text,
  namespace text,
  object_type text,
  object_id text,
  amount_minor bigint,
  currency text,
  amount_key text,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  detected_at timestamptz not null default now(),
  evidence_at timestamptz not null,
  due_at timestamptz,
  occurrences integer not null default 1,
  fingerprint text not null,
  assignee text,
  correlation_ids text[] not null default '{}',
  event_ids text[] not null default '{}',
  environment text not null default 'production',
  ignore_until timestamptz,
  ignore_count integer,
  wait_until timestamptz,
  wait_party text,
  resolution_code text,
  resolution_by text,
  resolution_at timestamptz,
  resolution_note text,
  version integer not null default 1,
  -- the version that the worklist projection has; lower means the projection must catch up
  projected_version integer not null default 0
);
create index exception_unprojected on exception (id) where projected_version < version;
create index exception_object on exception (object_type, object_id);
create index exception_fingerprint on exception (fingerprint);
create index exception_ignored on exception (ignore_until) where status = 'ignored';

-- The life of an exception: opened, seen_again, assigned, acknowledged, commented, resolved, ignored, waiting, reopened, recovered, verified, replay_*.
create table exception_history (
  id bigint generated always as identity primary key,
  exception_id bigint not null references exception (id),
  at timestamptz not null default now(),
  actor_kind text not null,
  actor_id text not null,
  act text not null,
  detail jsonb not null default '{}'
);
create index exception_history_of on exception_history (exception_id, id);

create table replay (
  id text primary key,
  state text not null,
  reason text not null,
  requested_by text not null,
  requested_at timestamptz not null default now(),
  approved_by text,
  approved_at timestamptz,
  selection_hash text not null,
  content_hash text not null,
  item_count integer not null,
  expires_at timestamptz not null,
  version integer not null default 1
);

create table replay_item (
  replay_id text not null references replay (id),
  exception_id bigint not null references exception (id),
  position integer not null,
  state text not null,
  verdict text not null,
  why text not null,
  idempotency_key text not null,
  integration text,
  step text,
  namespace text,
  object_type text,
  object_id text,
  amount_minor bigint,
  currency text,
  facility text,
  entity text,
  correlation_id text,
  original_source text,
  original_id text,
  posts_money boolean not null,
  dispatched_at timestamptz,
  answered_at timestamptz,
  verified_at timestamptz,
  answer jsonb,
  primary key (replay_id, exception_id)
);
create index replay_item_key on replay_item (idempotency_key);
create index replay_item_open on replay_item (state) where state in ('requested', 'dispatched', 'accepted', 'completed', 'unknown');
create index replay_item_exception on replay_item (exception_id);

-- Every act of a person, key or schedule; written in the same transaction as the act.
create table audit_record (
  sequence bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor_kind text not null,
  actor_id text not null,
  origin text not null default '',
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  before jsonb,
  after jsonb,
  reason text,
  facility text,
  entity text
);
create index audit_subject on audit_record (subject_kind, subject_id, sequence);

-- Idempotency-Key of acting calls: the same key and request gives the same answer again; another request under it is 409.
create table idempotency (
  actor_id text not null,
  key text not null,
  request_hash text not null,
  status integer not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (actor_id, key)
);
