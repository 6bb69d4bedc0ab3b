-- What people keep around the worklist: saved views, what they watch and have read, mentions, links, hand-over notes, acts to undo.

create table saved_view (
  id bigint generated always as identity (start with 1) primary key,
  owner_id text not null,
  name text not null,
  -- the worklist's address: filter, lines, sort, columns; `me` and `now` in it stand for whoever reads, whenever
  query text not null,
  -- private, role, everybody; a reader sees through it what their own scope shows
  audience text not null default 'private',
  role text,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index saved_view_name on saved_view (owner_id, lower(name));

-- The view a person's worklist opens with: a saved view's number or the id of a shipped one.
create table view_choice (
  person_id text primary key,
  view text not null
);

-- kind: exception (its id), object (namespace, type, id as JSON text), view (as in view_choice). seen_at: what came later is news.
create table watch (
  person_id text not null,
  kind text not null,
  subject text not null,
  since timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (person_id, kind, subject)
);

-- One per person whom a comment names; the comment itself is the history entry of the same exception and instant.
create table mention (
  id bigint generated always as identity primary key,
  person_id text not null,
  exception_id bigint not null references exception (id),
  by_kind text not null,
  by_id text not null,
  at timestamptz not null default now(),
  seen_at timestamptz
);
create index mention_open on mention (person_id, exception_id) where seen_at is null;

-- since: end of the visit before this one; what was found later is new. last_at: the newest look at the worklist.
create table worklist_visit (
  person_id text primary key,
  since timestamptz,
  last_at timestamptz not null default now()
);
create table exception_read (
  person_id text not null,
  exception_id bigint not null references exception (id),
  at timestamptz not null default now(),
  primary key (person_id, exception_id)
);

-- from_id is duplicate_of, caused_by or related to to_id; related is kept once, the smaller id first.
create table exception_link (
  id bigint generated always as identity primary key,
  from_id bigint not null references exception (id),
  to_id bigint not null references exception (id),
  relation text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  unique (from_id, to_id, relation)
);
create index exception_link_to on exception_link (to_id);

-- For a role's people or everybody; with a facility only for those who may see it. Pinned until its last day or until somebody is done.
create table handover_note (
  id bigint generated always as identity primary key,
  author_id text not null,
  role text,
  view text,
  facility text,
  entity text,
  text text not null,
  at timestamptz not null default now(),
  last_day date not null,
  done_at timestamptz,
  done_by text
);
create index handover_open on handover_note (last_day) where done_at is null;

-- What an assignment or an acknowledgment replaced, for as long as it may be undone: [{id, version, columns}], version as it left it.
create table undoable_act (
  id text primary key,
  actor_id text not null,
  act text not null,
  items jsonb not null,
  at timestamptz not null default now()
);

-- Waits that a person began, for those that have ended.
create index exception_history_waits on exception_history (actor_id, exception_id) where act = 'waiting';
create index exception_assignee on exception (assignee) where assignee is not null and status <> 'resolved';
