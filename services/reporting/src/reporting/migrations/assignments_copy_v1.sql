-- Assignments as reporting needs them: whose they are, since when, and when they were open.
CREATE TABLE assignments_copy (
    assignment_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    lead_unit_id uuid NOT NULL,
    lead_unit_path text NOT NULL,
    committee_path text NOT NULL,
    notice_number text NOT NULL,
    item_path text NOT NULL,
    text text NOT NULL,
    issued_at timestamptz NOT NULL,
    due_on date,
    late_from timestamptz,
    words text NOT NULL,
    stage text NOT NULL,
    open_during tstzmultirange NOT NULL
);
-- By the end, since most assignments of the past were closed before any instant that is asked for.
CREATE INDEX assignments_copy_unit_idx
    ON assignments_copy (lead_unit_id, coalesce(upper(open_during), 'infinity'));
