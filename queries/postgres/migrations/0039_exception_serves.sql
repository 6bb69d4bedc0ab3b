-- For what the object of an exception came to be (types of objects that its first event names too), which rules of severity and ownership
-- look at: an order for which an empty shelf waits.

alter table exception add column serves text[] not null default '{}';
