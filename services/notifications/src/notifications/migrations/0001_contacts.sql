-- Where units get their mail. The only place for addresses beside mails under way: never an event.
CREATE TABLE contacts (
    unit_id uuid PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
