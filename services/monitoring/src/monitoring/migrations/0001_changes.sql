-- What changed, for open pages: `sequence` grows in the order of commits. `paths` are the unit
-- paths of whoever may see it. Kept for a day.
CREATE TABLE changes (
    sequence bigserial PRIMARY KEY,
    kind text NOT NULL,
    id uuid NOT NULL,
    unit_id uuid,
    paths text[] NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX changes_changed_at_idx ON changes (changed_at);
