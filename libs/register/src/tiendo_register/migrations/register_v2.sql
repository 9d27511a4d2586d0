CREATE TABLE units (
    unit_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    code text,
    level text,
    kind text,
    parent_id uuid,
    path text,
    effective_on date,
    name text NOT NULL DEFAULT '',
    name_en text NOT NULL DEFAULT '',
    aliases text[] NOT NULL DEFAULT '{}',
    keys text[] NOT NULL DEFAULT '{}',
    -- from UnitMerged and UnitDissolved
    ended_on date,
    successor_ids uuid[] NOT NULL DEFAULT '{}'
);
CREATE INDEX units_code_idx ON units (code);
CREATE INDEX units_keys_idx ON units USING gin (keys);
CREATE INDEX units_path_idx ON units (path text_pattern_ops);
CREATE INDEX units_level_idx ON units (level, path);
