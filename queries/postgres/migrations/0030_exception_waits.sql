-- Waits for a third party that people set on exceptions, ended ones too: the clock of what was waited for stood still meanwhile, so
-- evaluation reads them as it reads events. `pending`: not yet judged with what the row says now; `revision` tells a newer change from
-- the one that was judged.
create table exception_wait (
  id bigint generated always as identity primary key,
  exception_id bigint not null references exception (id),
  since timestamptz not null,
  until_at timestamptz not null,
  party text not null,
  ended_at timestamptz,
  pending boolean not null default true,
  revision integer not null default 1
);
create unique index exception_wait_open on exception_wait (exception_id) where ended_at is null;
create index exception_wait_pending on exception_wait (id) where pending;

-- those that wait already: since their last entry that says so
insert into exception_wait (exception_id, since, until_at, party)
select exception.id, coalesce((select max(at) from exception_history where exception_id = exception.id and act = 'waiting'), now()), exception.wait_until, coalesce(exception.wait_party, '')
from exception where exception.status = 'waiting' and exception.wait_until is not null;
