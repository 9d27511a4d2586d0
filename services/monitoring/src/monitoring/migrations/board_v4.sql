-- One row per assignment, born from any event. Until an event of the assignment itself has arrived,
-- only what a report said is known, and the row (its lead_unit_path is null) is not shown.
CREATE TABLE assignments (
    assignment_id uuid PRIMARY KEY,
    -- from every event of the assignment
    version bigint NOT NULL DEFAULT 0,
    committee_id uuid,
    committee_path text,
    lead_unit_id uuid,
    lead_unit_path text,
    -- from AssignmentIssued
    notice_id uuid,
    notice_number text NOT NULL DEFAULT '',
    item_path text NOT NULL DEFAULT '',
    issued_on date,
    text text NOT NULL DEFAULT '',
    coordinator_ids uuid[] NOT NULL DEFAULT '{}', -- and from HelpAsked
    -- from the answers of coordinating units
    confirmed_ids uuid[] NOT NULL DEFAULT '{}',
    declined_ids uuid[] NOT NULL DEFAULT '{}',
    -- from AssignmentIssued
    recurring text,
    original_due_on date,
    original_late_from timestamptz,
    original_words text NOT NULL DEFAULT '',
    -- from AssignmentIssued, then from ExtensionGranted
    due_on date,
    late_from timestamptz,
    due_words text NOT NULL DEFAULT '',
    -- from the events of extensions
    asked integer NOT NULL DEFAULT 0,
    granted integer NOT NULL DEFAULT 0,
    refused integer NOT NULL DEFAULT 0,
    asked_late integer NOT NULL DEFAULT 0,
    pending_due_on date,
    -- from the events of its life
    stage text NOT NULL DEFAULT 'open' CHECK (stage IN ('open', 'accepted', 'contested', 'claimed',
                                                        'verified', 'closed', 'cancelled', 'superseded')),
    claimed_at timestamptz,
    refused_claims integer NOT NULL DEFAULT 0,
    contest_ground text,
    transfers integer NOT NULL DEFAULT 0,
    sampled_at timestamptz, -- from VerificationSampled, the latest
    superseded_by uuid,
    ended_reason text NOT NULL DEFAULT '',
    -- from AssignmentSplit, AssignmentJoined, AssignmentDerived
    split_into uuid[] NOT NULL DEFAULT '{}',
    joined_into uuid,
    split_from uuid,
    joined_from uuid[] NOT NULL DEFAULT '{}',
    -- from the line of a report, the latest by (when it came in, event id)
    report_id uuid,
    reported_at timestamptz,
    report_event text,
    percent smallint,
    report_done boolean,
    difficulties text NOT NULL DEFAULT '',
    product_url text NOT NULL DEFAULT ''
) WITH (fillfactor = 85);
CREATE INDEX assignments_lead_idx ON assignments (lead_unit_id, late_from);
CREATE INDEX assignments_notice_idx ON assignments (notice_id);
CREATE INDEX assignments_order_idx ON assignments (
    (CASE WHEN stage IN ('open', 'accepted', 'contested') THEN 0 WHEN stage = 'claimed' THEN 1
          WHEN stage IN ('verified', 'closed') THEN 2 ELSE 3 END),
    (coalesce(late_from, '9999-12-31Z')), assignment_id
);
CREATE INDEX assignments_path_idx ON assignments (lead_unit_path text_pattern_ops);

-- What happened to an assignment: an entry from an event, `facts` in codes and figures.
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

-- Counts of assignments. What is open keeps its deadlines, so that the passing of time alone moves
-- a sum over them; what is done keeps whether it was in time (null where there was no deadline).
CREATE TABLE counters (
    cell uuid PRIMARY KEY, -- a digest of the other columns
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
    n bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX counters_unit_idx ON counters (unit_id);
CREATE INDEX counters_late_idx ON counters (late_from) WHERE stage IN ('open', 'accepted', 'contested');
CREATE INDEX counters_original_late_idx ON counters (original_late_from) WHERE stage IN ('open', 'accepted', 'contested');

-- One row per unit and period, since a unit has one report for a period.
CREATE TABLE reports (
    report_id uuid PRIMARY KEY,
    unit_id uuid,
    unit_path text,
    period text,
    stage text NOT NULL DEFAULT 'missed' CHECK (stage IN ('missed', 'submitted', 'returned', 'excused')),
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
CREATE INDEX reports_period_idx ON reports (period, unit_path);
CREATE INDEX reports_unit_idx ON reports (unit_id, period);

CREATE TABLE meetings (
    meeting_id uuid PRIMARY KEY,
    committee_id uuid,
    committee_path text,
    title text NOT NULL DEFAULT '',
    series text NOT NULL DEFAULT '',
    place text NOT NULL DEFAULT '',
    starts_at timestamptz,
    stage text NOT NULL DEFAULT 'scheduled' CHECK (stage IN ('scheduled', 'held', 'cancelled')),
    cancel_reason text NOT NULL DEFAULT '',
    chair jsonb,
    expected integer NOT NULL DEFAULT 0,
    present integer NOT NULL DEFAULT 0,
    bridge_points text[] NOT NULL DEFAULT '{}',
    documents jsonb NOT NULL DEFAULT '[]',
    previous_meeting_id uuid
);
CREATE INDEX meetings_starts_idx ON meetings (starts_at DESC, meeting_id);

CREATE TABLE notices (
    notice_id uuid PRIMARY KEY,
    committee_id uuid,
    committee_path text,
    meeting_id uuid,
    number text NOT NULL DEFAULT '',
    title text NOT NULL DEFAULT '',
    form text NOT NULL DEFAULT '',
    issued_on date,
    signed_by jsonb,
    document jsonb,
    items jsonb NOT NULL DEFAULT '[]',
    -- from ConclusionSupplemented: later notices, in order
    supplements jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX notices_issued_idx ON notices (issued_on DESC, notice_id);
CREATE INDEX notices_meeting_idx ON notices (meeting_id);
