-- The builds of views, each in a database schema of its own. Readers see the live one through plain
-- views; `facts` is what a build must know to go on after it was interrupted.
CREATE TABLE view_versions (
    schema text PRIMARY KEY,
    projection text NOT NULL,
    version integer NOT NULL,
    state text NOT NULL CHECK (state IN ('building', 'live', 'kept', 'asof')),
    digest text NOT NULL,
    facts jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    switched_at timestamptz
);
CREATE UNIQUE INDEX view_versions_live_idx ON view_versions (projection) WHERE state = 'live';
CREATE UNIQUE INDEX view_versions_building_idx ON view_versions (projection)
    WHERE state = 'building';

-- The parts of tables that a build has written: the mark and the rows are one transaction.
CREATE TABLE view_parts (
    schema text NOT NULL REFERENCES view_versions ON DELETE CASCADE,
    part text NOT NULL,
    rows bigint NOT NULL,
    PRIMARY KEY (schema, part)
);
