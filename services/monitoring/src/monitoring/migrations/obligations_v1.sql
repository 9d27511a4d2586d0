-- One row per unit and period: what is owed, and what became of it.
CREATE TABLE obligations (
    report_id uuid PRIMARY KEY,
    unit_id uuid,
    unit_path text,
    period text,
    stage text NOT NULL CHECK (stage IN ('opened', 'missed', 'submitted', 'returned', 'excused')),
    due_at timestamptz,
    submitted_at timestamptz,
    comments integer NOT NULL DEFAULT 0
) WITH (fillfactor = 85);
CREATE INDEX obligations_period_idx ON obligations (period, unit_path text_pattern_ops);

-- What was said about a report, by whom.
CREATE TABLE report_comments (
    report_id uuid NOT NULL,
    event_id text NOT NULL,
    said_at timestamptz NOT NULL,
    author text NOT NULL,
    office text NOT NULL,
    author_unit_id uuid NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (report_id, event_id)
);
