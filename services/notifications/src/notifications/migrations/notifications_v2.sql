CREATE TABLE notifications (
    notification_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    occasion text,
    unit_id uuid,
    unit_path text,
    subject_id uuid,
    due_on date,
    requested_at timestamptz,
    state text NOT NULL DEFAULT 'requested',
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
CREATE INDEX notifications_leaderless_idx ON notifications (subject_id, unit_id)
    WHERE occasion = 'leaderless';
