-- The board's tables as the peers keep them: the columns and indexes of the product's own, counters
-- keyed by their cell. What the product keeps for all its services (dead letters, versions) is not
-- here.
CREATE TABLE assignments (
    assignment_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    committee_id uuid,
    committee_path text,
    lead_unit_id uuid,
    lead_unit_path text,
    notice_id uuid,
    notice_number text NOT NULL DEFAULT '',
    item_path text NOT NULL DEFAULT '',
    issued_on date,
    text text NOT NULL DEFAULT '',
    coordinator_ids uuid[] NOT NULL DEFAULT '{}',
    confirmed_ids uuid[] NOT NULL DEFAULT '{}',
    declined_ids uuid[] NOT NULL DEFAULT '{}',
    recurring text,
    original_due_on date,
    original_late_from timestamptz,
    original_words text NOT NULL DEFAULT '',
    due_on date,
    late_from timestamptz,
    due_words text NOT NULL DEFAULT '',
    asked integer NOT NULL DEFAULT 0,
    granted integer NOT NULL DEFAULT 0,
    refused integer NOT NULL DEFAULT 0,
    asked_late integer NOT NULL DEFAULT 0,
    pending_due_on date,
    stage text NOT NULL DEFAULT 'open',
    claimed_at timestamptz,
    refused_claims integer NOT NULL DEFAULT 0,
    contest_ground text,
    transfers integer NOT NULL DEFAULT 0,
    sampled_at timestamptz,
    superseded_by uuid,
    ended_reason text NOT NULL DEFAULT '',
    split_into uuid[] NOT NULL DEFAULT '{}',
    joined_into uuid,
    split_from uuid,
    joined_from uuid[] NOT NULL DEFAULT '{}',
    report_id uuid,
    reported_at timestamptz,
    report_event text,
    percent smallint,
    report_done boolean,
    difficulties text NOT NULL DEFAULT '',
    product_url text NOT NULL DEFAULT ''
);
CREATE INDEX ON assignments (lead_unit_id, late_from);
CREATE INDEX ON assignments (notice_id);
CREATE INDEX ON assignments (
    (CASE WHEN stage IN ('open', 'accepted', 'contested') THEN 0 WHEN stage = 'claimed' THEN 1
          WHEN stage IN ('verified', 'closed') THEN 2 ELSE 3 END),
    (coalesce(late_from, '9999-12-31Z')), assignment_id
);
CREATE INDEX ON assignments (lead_unit_path text_pattern_ops);

CREATE TABLE timeline (
    assignment_id uuid NOT NULL,
    event_id text NOT NULL,
    recorded_at timestamptz NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    facts jsonb NOT NULL,
    PRIMARY KEY (assignment_id, event_id)
);

CREATE TABLE counters (
    unit_id uuid NOT NULL,
    unit_path text NOT NULL,
    committee_id uuid NOT NULL,
    committee_path text NOT NULL,
    stage text NOT NULL,
    extended boolean NOT NULL,
    late_from timestamptz,
    original_late_from timestamptz,
    in_time boolean,
    in_time_originally boolean,
    n bigint NOT NULL,
    CONSTRAINT counters_key UNIQUE NULLS NOT DISTINCT (
        unit_id, committee_id, stage, extended, late_from, original_late_from, in_time,
        in_time_originally, unit_path, committee_path
    )
) WITH (fillfactor = 70);
CREATE INDEX ON counters (late_from) WHERE stage IN ('open', 'accepted', 'contested');
CREATE INDEX ON counters (original_late_from) WHERE stage IN ('open', 'accepted', 'contested');

CREATE TABLE reports (
    report_id uuid PRIMARY KEY,
    unit_id uuid,
    unit_path text,
    period text,
    stage text NOT NULL DEFAULT 'missed',
    due_at timestamptz,
    first_submitted_at timestamptz,
    submitted_at timestamptz,
    missed boolean NOT NULL DEFAULT false,
    returns integer NOT NULL DEFAULT 0,
    return_reason text NOT NULL DEFAULT '',
    excused_by text NOT NULL DEFAULT '',
    excuse_reason text NOT NULL DEFAULT '',
    assignment_ids uuid[] NOT NULL DEFAULT '{}'
);
CREATE INDEX ON reports (period, unit_path);
CREATE INDEX ON reports (unit_id, period);

CREATE TABLE changes (
    sequence bigserial PRIMARY KEY,
    kind text NOT NULL,
    id uuid NOT NULL,
    unit_id uuid,
    paths text[] NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ON changes (changed_at);

CREATE TABLE positions (
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (topic, partition)
);

-- Where each assignment counts.
CREATE VIEW cells AS
SELECT assignment_id, lead_unit_id AS unit_id, lead_unit_path AS unit_path, committee_id,
       committee_path, stage, granted > 0 AS extended,
       CASE WHEN stage = 'open' THEN late_from END AS late_from,
       CASE WHEN stage = 'open' THEN original_late_from END AS original_late_from,
       CASE WHEN stage <> 'open' THEN claimed_at < late_from END AS in_time,
       CASE WHEN stage <> 'open' THEN claimed_at < original_late_from END AS in_time_originally
FROM assignments WHERE lead_unit_path IS NOT NULL;
