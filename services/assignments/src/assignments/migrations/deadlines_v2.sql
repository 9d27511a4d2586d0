CREATE TABLE deadlines (
    assignment_id uuid PRIMARY KEY,
    late_from timestamptz,
    passed timestamptz,
    claimed boolean NOT NULL DEFAULT false
);
CREATE INDEX deadlines_late_from_idx ON deadlines (late_from) WHERE NOT claimed;
