-- One receipt for each event that came: accepted under a name (source, id) that its own id is made
-- of, so that this key tells repeats; or refused, under an id that is made of what was wrong.
CREATE TABLE receipts (
    receipt_id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    received_at timestamptz NOT NULL,
    way text NOT NULL,
    -- of accepted events: what it said, and its number among all that this service tells
    digest bytea,
    sequence bigint,
    -- of refused ones: the reasons, and the event as it came
    refusals jsonb,
    body text,
    CHECK ((sequence IS NULL) <> (refusals IS NULL)),
    CHECK ((sequence IS NULL) = (digest IS NULL))
);
CREATE INDEX receipts_source_idx ON receipts (source, number);
CREATE INDEX receipts_refused_idx ON receipts (source, number) WHERE refusals IS NOT NULL;
CREATE INDEX receipts_refused_at_idx ON receipts (received_at) WHERE refusals IS NOT NULL;

-- A batch, in one statement and one transaction: what of it is new gets its place in the store, by
-- which it is published. Each list is a text with a line for each event; each receipt stands once.
--
-- The lock is that of `save_work`: numbers rise in the order of commits, and nobody else adds to a
-- subject or to the accepted receipts meanwhile, so that looking first is enough. The numbers of a
-- batch follow each other: the first one is all that the caller has to be told of what is new.
CREATE FUNCTION take_in(
    source_name text, at timestamptz, came_by text, event_topic text,
    receipt_lines text, event_lines text, type_lines text, digest_lines text, subject_lines text,
    state_lines bytea,
    OUT first_sequence bigint,
    OUT known_ids text[], OUT known_digests text[], OUT known_sequences bigint[],
    OUT known_ats timestamptz[]
) LANGUAGE plpgsql AS $$
DECLARE
    receipt_ids text[] := string_to_array(receipt_lines, E'\n');
    fresh bigint;
BEGIN
    LOCK TABLE stored_events IN EXCLUSIVE MODE;
    SELECT array_agg(r.receipt_id::text), array_agg(encode(r.digest, 'hex')), array_agg(r.sequence),
           array_agg(r.received_at)
    INTO known_ids, known_digests, known_sequences, known_ats
    FROM receipts r WHERE r.receipt_id = ANY(receipt_ids::uuid[]);
    fresh := cardinality(receipt_ids) - coalesce(cardinality(known_ids), 0);
    IF fresh = 0 THEN
        RETURN;
    END IF;
    first_sequence := nextval('stored_events_notification_id_seq');
    PERFORM setval('stored_events_notification_id_seq', first_sequence + fresh - 1);
    NOTIFY stored_events;
    WITH asked AS (
        SELECT * FROM unnest(
            receipt_ids,
            string_to_array(event_lines, E'\n'),
            string_to_array(type_lines, E'\n'),
            string_to_array(digest_lines, E'\n'),
            string_to_array(subject_lines, E'\n'),
            string_to_array(convert_from(state_lines, 'UTF8'), E'\n')
        ) WITH ORDINALITY AS a (receipt_id, event_id, type, digest, subject, state, place)
        WHERE NOT EXISTS (SELECT FROM unnest(known_ids) AS k (known) WHERE k.known = a.receipt_id)
    ), placed AS MATERIALIZED (
        SELECT receipt_id::uuid, event_id, type, decode(digest, 'hex') AS digest,
               subject::uuid, convert_to(state, 'UTF8') AS state,
               first_sequence - 1 + row_number() OVER (ORDER BY place) AS sequence,
               row_number() OVER (PARTITION BY subject ORDER BY place) AS step
        FROM asked
    ), kept AS (
        INSERT INTO receipts
            (receipt_id, source, event_id, type, received_at, way, digest, sequence)
        SELECT receipt_id, source_name, event_id, type, at, came_by, digest, sequence
        FROM placed ORDER BY sequence
    ), newest AS MATERIALIZED (
        SELECT subject, (
            SELECT coalesce(max(s.originator_version), 0) FROM stored_events s
            WHERE s.originator_id = subject
        ) AS version
        FROM (SELECT DISTINCT subject FROM placed) AS subjects
    )
    INSERT INTO stored_events (originator_id, originator_version, topic, state, notification_id)
    SELECT subject, version + step, event_topic, state, sequence
    FROM placed JOIN newest USING (subject) ORDER BY sequence;
END;
$$;
