-- Who is told of what: notices that are planned, the outbox they leave by, and what people chose to be told.

-- The version of an exception that the planner of notices has seen, as projected_version is for the worklist: a flag on the row and not
-- a position in a log, so that transactions that commit out of order are never passed over. What exists already is not news.
alter table exception add column planned_version integer not null default 0;
update exception set planned_version = version;
create index exception_unplanned on exception (id) where planned_version < version;

-- The heap of due times: a breach or an escalation step that comes true at fire_at if the exception still asks for it then.
-- opening: the history entry that opened (or reopened) the exception; a recurrence is told anew.
create table sla_timer (
  policy text not null,
  exception_id bigint not null references exception (id),
  opening bigint not null,
  occasion text not null,
  fire_at timestamptz not null,
  primary key (policy, exception_id, opening, occasion)
);
create index sla_timer_due on sla_timer (fire_at);
create index sla_timer_of on sla_timer (exception_id);

-- What leaves: one row is one mail to one address or one call of one webhook. The row's id makes the Message-ID, so that a row that is
-- sent again after a crash is the same mail. html, body and subject are what was sent, made at the first attempt.
create table outbox (
  id text primary key,
  channel text not null,
  kind text not null,
  policy text not null,
  -- person:<id>, address:<e-mail>, webhook:<id>
  recipient text not null,
  recipient_name text not null default '',
  address text not null,
  urgent boolean not null default false,
  state text not null default 'planned',
  -- why it waits or was not sent, in words
  reason text,
  -- makes a digest of one day one row
  dedupe_key text unique,
  subject text,
  html text,
  body text,
  items integer,
  as_of timestamptz,
  attempts integer not null default 0,
  next_at timestamptz not null,
  claimed_by text,
  claimed_at timestamptz,
  sent_at timestamptz,
  -- the server's own words about the last attempt, without addresses
  reply text,
  created_at timestamptz not null default now()
);
-- Notices gather in the one row of a policy and recipient that has not begun to leave.
create unique index outbox_gathering on outbox (policy, recipient, urgent) where state = 'planned' and kind = 'notice';
create index outbox_due on outbox (next_at) where state in ('planned', 'deferred');
create index outbox_claimed on outbox (claimed_at) where state = 'sending';
create index outbox_newest on outbox (created_at desc, id desc);
create index outbox_recipient on outbox (recipient, created_at desc);
create index outbox_sent on outbox (policy, recipient, sent_at desc) where kind = 'notice';

-- One notice for ever per policy, subject, occasion and recipient: whatever plans it, and however often.
-- subject: exception:<id>#<opening>, or obligation:<object, step>#<anchor> for a warning before anything is an exception.
create table sla_notice (
  id bigint generated always as identity primary key,
  policy text not null,
  subject text not null,
  occasion text not null,
  recipient text not null,
  exception_id bigint references exception (id),
  detail jsonb,
  outbox_id text not null references outbox (id),
  planned_at timestamptz not null default now(),
  -- null: the mail carried it, or will; else why it was left out
  left_out text,
  unique (policy, subject, occasion, recipient)
);
create index sla_notice_outbox on sla_notice (outbox_id);

-- How far schedules have been looked at: digests due between then and now are planned, whatever was down in between.
create table sla_schedule (name text primary key, seen_until timestamptz not null);

-- What a recipient chose beside what the policies say: off, or on for a policy that anybody may follow.
create table sla_choice (
  recipient text not null,
  policy text not null,
  choice text not null,
  chosen_at timestamptz not null default now(),
  primary key (recipient, policy)
);

-- How a person wants mail. Times are local to time_zone; null: the policy's own hour, no quiet hours.
create table mail_preference (
  person_id text primary key,
  time_zone text,
  digest_at text,
  quiet_from text,
  quiet_until text,
  quiet_weekend boolean not null default false,
  version integer not null default 1
);

-- What mail servers said of an address.
create table mail_address (
  address text primary key,
  state text not null default 'good',
  bounces integer not null default 0,
  last_code text,
  last_reply text,
  changed_at timestamptz not null default now()
);

-- Outgoing webhooks. secret is sealed with a key of the installation; it is shown once.
create table webhook (
  id text primary key,
  name text not null,
  url text not null,
  format text not null,
  secret text not null,
  allow_private boolean not null default false,
  enabled boolean not null default true,
  facilities text[] not null default '{}',
  entities text[] not null default '{}',
  all_facilities boolean not null default false,
  created_by text not null,
  created_at timestamptz not null default now(),
  version integer not null default 1
);
