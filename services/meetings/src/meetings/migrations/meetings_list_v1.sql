CREATE TABLE meetings (
    meeting_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    committee_id uuid NOT NULL,
    committee_path text NOT NULL,
    title text NOT NULL,
    series text NOT NULL,
    state text NOT NULL,
    starts_at timestamptz NOT NULL,
    occurred_at timestamptz,
    place text NOT NULL
);
CREATE INDEX meetings_time_idx ON meetings (starts_at DESC, meeting_id DESC);
CREATE INDEX meetings_committee_idx ON meetings (committee_id, starts_at DESC, meeting_id DESC);

CREATE TABLE notices (
    notice_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    committee_id uuid NOT NULL,
    committee_path text NOT NULL,
    meeting_id uuid,
    number text NOT NULL,
    title text NOT NULL,
    form text NOT NULL,
    issued_on date NOT NULL,
    signed_by text NOT NULL,
    assignments integer NOT NULL,
    statements integer NOT NULL,
    set_aside integer NOT NULL
);
CREATE INDEX notices_day_idx ON notices (issued_on DESC, notice_id DESC);
CREATE INDEX notices_committee_idx ON notices (committee_id, issued_on DESC, notice_id DESC);
