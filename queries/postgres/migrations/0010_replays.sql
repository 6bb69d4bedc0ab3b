-- What a replay needs beside 0001: what was left out stays on record beside what is sent, and a send whose end is not known is told
-- apart from one that was delivered.

alter table replay add column requested_by_kind text not null default 'person';
alter table replay add column needs_approval boolean not null default false;

-- false: looked at in the preflight and left out; such an item stays preflighted and is never sent
alter table replay_item add column included boolean not null default true;
alter table replay_item add column needs_approval boolean not null default false;
alter table replay_item add column corrections jsonb not null default '[]';
alter table replay_item add column target text;
alter table replay_item add column original_at timestamptz;
alter table replay_item add column amount_key text;
-- the target took the command (2xx). dispatched without delivered_at after a restart means: nobody knows
alter table replay_item add column delivered_at timestamptz;
-- after this an item without a final answer is unknown
alter table replay_item add column answer_due_at timestamptz;
-- a send of which it is certain that nothing left (connection refused) is tried again after this
alter table replay_item add column not_before timestamptz;
alter table replay_item add column attempts integer not null default 0;

-- At most one item of an exception is on its way, whatever two requests at the same moment believe.
create unique index replay_item_one_active on replay_item (exception_id)
  where included and state in ('requested', 'preflighted', 'awaiting_approval', 'dispatched');
create index replay_item_sendable on replay_item (replay_id, position) where included and state = 'preflighted';
create index replay_state on replay (state, expires_at);
