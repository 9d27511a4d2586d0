-- Assignments as reporting needs them: whose they are, since when, and when they were open.
CREATE TABLE assignments_copy (
    assignment_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    lead_unit_id uuid,
    lead_unit_path text,
    committee_path text,
    notice_number text NOT NULL DEFAULT '',
    item_path text NOT NULL DEFAULT '',
    text text NOT NULL DEFAULT '',
    issued_at timestamptz,
    due_on date,
    late_from timestamptz,
    words text NOT NULL DEFAULT '',
    stage text NOT NULL DEFAULT 'open',
    turns timestamptz[] NOT NULL DEFAULT '{}', -- opened, closed, opened again …, ascending
    closed_at timestamptz
);
-- By the end, since most assignments of the past were closed before any instant that is asked for.
CREATE INDEX assignments_copy_unit_idx
    ON assignments_copy (lead_unit_id, coalesce(closed_at, 'infinity'));
