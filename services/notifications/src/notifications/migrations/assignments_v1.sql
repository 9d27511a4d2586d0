CREATE TABLE assignments (
    assignment_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    lead_unit_id uuid NOT NULL,
    lead_unit_path text NOT NULL,
    notice_number text NOT NULL,
    item_path text NOT NULL,
    text text NOT NULL,
    due_on date,
    late_from timestamptz,
    is_open boolean NOT NULL
);
CREATE INDEX assignments_due_on_idx ON assignments (due_on) WHERE is_open;
