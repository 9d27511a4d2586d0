CREATE TABLE notifications (
    notification_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    occasion text NOT NULL,
    unit_id uuid NOT NULL,
    unit_path text NOT NULL,
    subject_id uuid NOT NULL,
    due_on date,
    requested_at timestamptz NOT NULL,
    state text NOT NULL,
    sent_at timestamptz,
    message_id text,
    failed_at timestamptz,
    code text,
    detail text
);
CREATE INDEX notifications_pending_idx ON notifications (requested_at) WHERE state = 'requested';
CREATE INDEX notifications_latest_idx ON notifications (requested_at DESC, notification_id DESC);
CREATE INDEX notifications_unit_idx ON notifications (unit_id, requested_at DESC);
CREATE INDEX notifications_reminded_idx ON notifications (subject_id, due_on)
    WHERE occasion = 'due_soon';
