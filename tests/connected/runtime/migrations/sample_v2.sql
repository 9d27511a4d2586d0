CREATE TABLE places (
    unit_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    name text NOT NULL DEFAULT '',
    renamed_at timestamptz,
    names text[] NOT NULL DEFAULT '{}',
    reports integer NOT NULL DEFAULT 0,
    least integer
);
CREATE INDEX places_name_idx ON places (name);

CREATE TABLE work (
    assignment_id uuid PRIMARY KEY,
    lines integer NOT NULL DEFAULT 0,
    best smallint,
    said jsonb,
    worst smallint
);

CREATE TABLE said (
    assignment_id uuid NOT NULL,
    event_id text NOT NULL,
    at timestamptz NOT NULL,
    words text NOT NULL,
    PRIMARY KEY (assignment_id, event_id)
);

CREATE TABLE by_best (
    cell uuid PRIMARY KEY,
    done boolean NOT NULL,
    lines integer NOT NULL,
    n bigint NOT NULL
);
