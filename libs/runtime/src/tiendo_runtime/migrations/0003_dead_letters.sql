-- A dead letter has a short name, remembers that it was tried again, and stays when a person sets it
-- aside for good: who did so, when and why.
ALTER TABLE dead_letters
    ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN tries integer NOT NULL DEFAULT 0,
    ADD COLUMN tried_at timestamptz,
    ADD COLUMN discarded_at timestamptz,
    ADD COLUMN discarded_by text,
    ADD COLUMN discarded_because text,
    ADD CONSTRAINT dead_letters_discarded CHECK (
        (discarded_at IS NULL) = (discarded_by IS NULL)
        AND (discarded_at IS NULL) = (discarded_because IS NULL)
    );
CREATE UNIQUE INDEX dead_letters_id_idx ON dead_letters (id);

-- Those that wait, in the order in which their key is handled.
DROP INDEX dead_letters_key_idx;
CREATE INDEX dead_letters_waiting_idx ON dead_letters (consumer, topic, key, "offset")
    WHERE discarded_at IS NULL AND code <> 'no_event';
