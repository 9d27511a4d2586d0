-- Reports that units owe, and whether they were reminded.
CREATE TABLE obligations (
    report_id uuid PRIMARY KEY,
    unit_id uuid,
    unit_path text,
    period text NOT NULL DEFAULT '',
    due_at timestamptz,
    is_owed boolean NOT NULL DEFAULT false,
    is_reminded boolean NOT NULL DEFAULT false
);
CREATE INDEX obligations_due_idx ON obligations (due_at) WHERE is_owed AND NOT is_reminded;
