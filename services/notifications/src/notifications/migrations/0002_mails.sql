-- Mails under way: exact bytes, so that a mail that is sent again is the same. A row goes when its
-- end is recorded in the notifications' own events; `free_at` is a lease and the next try at once.
CREATE TABLE mails (
    mail_id uuid PRIMARY KEY,
    message_id text NOT NULL,
    recipient text NOT NULL,
    content bytea NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    free_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX mails_free_at_idx ON mails (free_at);

-- A notification is in one mail at most.
CREATE TABLE enclosures (
    notification_id uuid PRIMARY KEY,
    mail_id uuid NOT NULL REFERENCES mails ON DELETE CASCADE
);
CREATE INDEX enclosures_mail_id_idx ON enclosures (mail_id);
