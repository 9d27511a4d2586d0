CREATE TABLE meetings (
    meeting_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    committee_id uuid,
    committee_path text,
    title text NOT NULL DEFAULT '',
    series text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'scheduled',
    starts_at timestamptz,
    occurred_at timestamptz,
    place text NOT NULL DEFAULT ''
);
CREATE INDEX meetings_time_idx ON meetings (starts_at DESC, meeting_id DESC);
CREATE INDEX meetings_committee_idx ON meetings (committee_id, starts_at DESC, meeting_id DESC);

CREATE TABLE notices (
    notice_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    committee_id uuid,
    committee_path text,
    meeting_id uuid,
    number text NOT NULL DEFAULT '',
    title text NOT NULL DEFAULT '',
    form text NOT NULL DEFAULT '',
    issued_on date,
    signed_by text NOT NULL DEFAULT '',
    assignments integer NOT NULL DEFAULT 0,
    statements integer NOT NULL DEFAULT 0,
    set_aside integer NOT NULL DEFAULT 0
);
CREATE INDEX notices_day_idx ON notices (issued_on DESC, notice_id DESC);
CREATE INDEX notices_committee_idx ON notices (committee_id, issued_on DESC, notice_id DESC);
