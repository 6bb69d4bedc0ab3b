-- A webhook that fails call after call for hours is switched off, and administrators are told. failures: in a row, since failing_since.
alter table webhook add column failures integer not null default 0;
alter table webhook add column failing_since timestamptz;
-- When and why the product itself switched it off; null where a person did, or nobody.
alter table webhook add column off_at timestamptz;
alter table webhook add column off_reason text;

-- What a row of the outbox is about where that is no exception: the webhook that was switched off.
alter table outbox add column about text;
