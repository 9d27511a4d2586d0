-- The waves by which units begin to report; a handful, so that no index is needed.
CREATE TABLE waves (
    wave_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    unit_path text COLLATE "C" NOT NULL DEFAULT '', -- of the unit that ordered it
    name text NOT NULL DEFAULT '',
    rhythm text NOT NULL DEFAULT '',
    from_day date,
    unit_ids uuid[] NOT NULL DEFAULT '{}',
    below_unit_id uuid,
    level text,
    ordered_at timestamptz,
    ordered_by text NOT NULL DEFAULT '',
    ends_on date,
    ended_by text NOT NULL DEFAULT '',
    end_reason text NOT NULL DEFAULT ''
);
