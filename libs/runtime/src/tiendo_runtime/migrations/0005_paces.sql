-- How long each process's work took within the last minute, for whoever looks at all of them at once.
-- A crash of the database may empty it: each process tells its own anew every five seconds.
CREATE UNLOGGED TABLE paces (
    process text NOT NULL, -- as its connections are named
    work text NOT NULL,
    told_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    count integer NOT NULL,
    median double precision NOT NULL, -- seconds
    slow double precision NOT NULL, -- the 95th percentile, seconds
    PRIMARY KEY (process, work)
);
