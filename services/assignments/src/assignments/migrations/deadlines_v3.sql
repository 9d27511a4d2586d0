-- What the sweeps look for: open deadlines, also those that follow meetings, with the calendars of
-- these; open work of units that have ended or moved; and claims, of which samples are drawn.
CREATE TABLE deadlines (
    assignment_id uuid PRIMARY KEY,
    late_from timestamptz,
    passed timestamptz,
    claimed boolean NOT NULL DEFAULT false,
    lead_unit_id uuid,
    settled boolean NOT NULL DEFAULT false,
    committee_id uuid,
    claimed_at timestamptz,
    refused integer NOT NULL DEFAULT 0,
    due_meeting jsonb,
    meeting_id uuid,
    extended boolean NOT NULL DEFAULT false,
    dated boolean NOT NULL DEFAULT false,
    lead_unit_path text
);
CREATE TABLE meetings (
    meeting_id uuid PRIMARY KEY,
    committee_id uuid,
    title text NOT NULL DEFAULT '',
    series text NOT NULL DEFAULT '',
    starts jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX meetings_committee_idx ON meetings (committee_id);
CREATE INDEX deadlines_following_idx ON deadlines (assignment_id)
    WHERE due_meeting IS NOT NULL AND NOT settled;
CREATE INDEX deadlines_late_from_idx ON deadlines (late_from) WHERE NOT claimed;
CREATE INDEX deadlines_lead_idx ON deadlines (lead_unit_id, lead_unit_path) WHERE NOT settled;
CREATE INDEX deadlines_claims_idx ON deadlines (committee_id, assignment_id)
    WHERE claimed AND NOT settled;
CREATE INDEX deadlines_refused_idx ON deadlines (committee_id, lead_unit_id) WHERE refused > 0;
