-- What an assignment waits for, each since an instant; an assignment that has settled waits no more.
CREATE TABLE waits (
    assignment_id uuid PRIMARY KEY,
    committee_id uuid,
    committee_path text,
    lead_unit_id uuid,
    lead_unit_path text,
    contested_at timestamptz,
    extension_at timestamptz,
    claimed_at timestamptz,
    transferred_at timestamptz,
    settled boolean NOT NULL DEFAULT false
) WITH (fillfactor = 85);
CREATE INDEX waits_contested_idx ON waits (contested_at, assignment_id) WHERE contested_at IS NOT NULL;
CREATE INDEX waits_extension_idx ON waits (extension_at, assignment_id) WHERE extension_at IS NOT NULL;
CREATE INDEX waits_claimed_idx ON waits (claimed_at, assignment_id) WHERE claimed_at IS NOT NULL;
CREATE INDEX waits_transferred_idx ON waits (transferred_at, assignment_id) WHERE transferred_at IS NOT NULL;
CREATE INDEX waits_lead_idx ON waits (lead_unit_id) WHERE NOT settled;

CREATE TABLE waits_counted (
    cell uuid PRIMARY KEY, -- a digest of the other columns
    unit_id uuid NOT NULL,
    unit_path text NOT NULL,
    committee_id uuid NOT NULL,
    committee_path text NOT NULL,
    contested boolean NOT NULL,
    extension boolean NOT NULL,
    claimed boolean NOT NULL,
    transferred boolean NOT NULL,
    n bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX waits_counted_unit_idx ON waits_counted (unit_id);
