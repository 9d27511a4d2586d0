-- What the sweeps look for: open deadlines, and open work of units that have ended.
CREATE TABLE deadlines (
    assignment_id uuid PRIMARY KEY,
    late_from timestamptz,
    passed timestamptz,
    claimed boolean NOT NULL DEFAULT false,
    lead_unit_id uuid,
    settled boolean NOT NULL DEFAULT false
);
CREATE INDEX deadlines_late_from_idx ON deadlines (late_from) WHERE NOT claimed;
CREATE INDEX deadlines_lead_idx ON deadlines (lead_unit_id) WHERE NOT settled;
