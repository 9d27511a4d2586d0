-- What each source may do now; how it came to that is told by the events of its aggregate.
CREATE TABLE sources (
    name text PRIMARY KEY,
    version bigint NOT NULL,
    uri text NOT NULL UNIQUE,
    subject text NOT NULL UNIQUE,
    types text[] NOT NULL,
    units uuid[] NOT NULL,
    below uuid,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
