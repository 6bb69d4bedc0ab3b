-- Whose an exception is and what its severity follows from, so that a change of the rules can judge what is kept without its history.

alter table exception
  -- a team's id, or a person's e-mail address; whom it is assigned to (assignee) is something else
  add column owner text,
  -- as the events say it; '' where none does
  add column criticality text not null default '',
  -- the warning of the expected step's clock; null: no step is expected
  add column warn_at timestamptz,
  -- since when it is trouble
  add column began_at timestamptz,
  -- what decided severity and owner: severity:<rule>, owner:<rule>
  add column rules text[] not null default '{}';

create index exception_unresolved on exception (id) where status <> 'resolved';
