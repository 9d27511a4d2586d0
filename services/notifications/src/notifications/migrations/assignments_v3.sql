CREATE TABLE assignments (
    assignment_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    lead_unit_id uuid,
    lead_unit_path text,
    notice_number text NOT NULL DEFAULT '',
    item_path text NOT NULL DEFAULT '',
    text text NOT NULL DEFAULT '',
    due_on date,
    late_from timestamptz,
    is_open boolean NOT NULL DEFAULT true,
    committee_id uuid,
    committee_path text
);
CREATE INDEX assignments_due_on_idx ON assignments (due_on) WHERE is_open;
CREATE INDEX assignments_lead_idx ON assignments (lead_unit_id) WHERE is_open;
