-- Reconciliation runs and what people decided. A run's items and evidence are in ClickHouse under its number.
create table reconciliation_run (
  id text primary key,
  number bigint not null unique,
  set_id text not null,
  kind text not null check (kind in ('full', 'incremental')),
  status text not null check (status in ('running', 'succeeded', 'failed')),
  rule_version integer not null,
  requested_by text,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  items bigint,
  totals jsonb not null default '[]',
  -- why it failed, with the difference named
  error text
);
create index reconciliation_run_newest on reconciliation_run (set_id, number desc);

-- Runs that people and programs asked for and the worker has not begun. covers: writer to sequence, the events acknowledged before.
create table reconciliation_request (
  id text primary key,
  set_id text not null,
  requested_by text not null,
  covers jsonb not null,
  at timestamptz not null default now(),
  taken boolean not null default false
);
create index reconciliation_request_open on reconciliation_request (at) where not taken;

-- What people decided, applied before every run. Only added to: what is undone keeps its row. A write-off asks the execution layer;
-- nothing is posted here.
create table reconciliation_decision (
  id text primary key,
  sequence bigint generated always as identity,
  set_id text not null,
  action text not null check (action in ('accept', 'decline', 'split', 'write_off')),
  items text[] not null,
  allocations jsonb not null default '[]',
  reason text not null default '',
  decided_by text not null,
  decided_at timestamptz not null default now(),
  undone_by text,
  undone_at timestamptz
);
create index reconciliation_decision_standing on reconciliation_decision (set_id, sequence) where undone_at is null;
