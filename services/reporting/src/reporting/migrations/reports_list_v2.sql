-- Reports of all units, also those that are owed, were missed or excused.
CREATE TABLE reports_list (
    report_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    unit_id uuid,
    unit_path text COLLATE "C",
    period text COLLATE "C",
    stage text NOT NULL DEFAULT 'missed',
    due_at timestamptz,
    first_submitted_at timestamptz,
    submitted_at timestamptz,
    lines integer NOT NULL DEFAULT 0,
    done integer NOT NULL DEFAULT 0,
    missed_at timestamptz,
    returned_at timestamptz,
    return_reason text NOT NULL DEFAULT '',
    opens_at timestamptz,
    excused_at timestamptz,
    excused_by text NOT NULL DEFAULT '',
    excuse_reason text NOT NULL DEFAULT '',
    late_until timestamptz,
    comments integer NOT NULL DEFAULT 0
);
CREATE INDEX reports_list_page_idx ON reports_list (period, unit_path, report_id);
CREATE INDEX reports_list_unit_idx ON reports_list (unit_id, period);
