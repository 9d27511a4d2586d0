CREATE TABLE units (
    unit_id uuid PRIMARY KEY,
    version integer NOT NULL,
    code text,
    level text NOT NULL,
    kind text NOT NULL,
    parent_id uuid,
    path text NOT NULL,
    effective_on date NOT NULL,
    name text NOT NULL,
    name_en text NOT NULL,
    aliases text[] NOT NULL,
    keys text[] NOT NULL
);
CREATE INDEX units_code_idx ON units (code);
CREATE INDEX units_keys_idx ON units USING gin (keys);
CREATE INDEX units_path_idx ON units (path text_pattern_ops);
CREATE INDEX units_level_idx ON units (level, path);
