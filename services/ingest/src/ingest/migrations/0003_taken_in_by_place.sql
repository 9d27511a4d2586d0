-- `take_in` again, with lists whose elements are picked by their place: what is numbered, sorted and
-- joined are places alone. The events themselves, most of the bytes, come in one piece and are cut out
-- of it where each is written; `start_lines` says where each begins, counted from 1, and where the last
-- one ends. The former function stays for processes of the former version.
--
-- The plan is made once. One that is made for each batch has the lists in it as constants, and
-- walks along them to each place; this one holds them as arrays that are open. It expects a
-- thousand places, which is what most batches have.
CREATE FUNCTION take_in(
    source_name text, at timestamptz, came_by text, event_topic text,
    receipt_lines text, event_lines text, type_lines text, digest_lines text, subject_lines text,
    start_lines text, all_states bytea,
    OUT first_sequence bigint,
    OUT known_ids text[], OUT known_digests text[], OUT known_sequences bigint[],
    OUT known_ats timestamptz[]
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    receipt_ids uuid[] := string_to_array(receipt_lines, E'\n')::uuid[];
    events text[] := string_to_array(event_lines, E'\n');
    types text[] := string_to_array(type_lines, E'\n');
    digests text[] := string_to_array(digest_lines, E'\n');
    subjects uuid[] := string_to_array(subject_lines, E'\n')::uuid[];
    starts integer[] := string_to_array(start_lines, E'\n')::integer[];
    fresh bigint;
BEGIN
    LOCK TABLE stored_events IN EXCLUSIVE MODE;
    SELECT array_agg(r.receipt_id::text), array_agg(encode(r.digest, 'hex')), array_agg(r.sequence),
           array_agg(r.received_at)
    INTO known_ids, known_digests, known_sequences, known_ats
    FROM receipts r WHERE r.receipt_id = ANY(receipt_ids);
    fresh := cardinality(receipt_ids) - coalesce(cardinality(known_ids), 0);
    IF fresh = 0 THEN
        RETURN;
    END IF;
    first_sequence := nextval('stored_events_notification_id_seq');
    PERFORM setval('stored_events_notification_id_seq', first_sequence + fresh - 1);
    NOTIFY stored_events;
    WITH asked AS (
        SELECT place, subjects[place] AS subject
        FROM generate_series(1, cardinality(receipt_ids)) AS place
        WHERE known_ids IS NULL OR receipt_ids[place] <> ALL (known_ids::uuid[])
    ), placed AS MATERIALIZED (
        SELECT place, subject,
               first_sequence - 1 + row_number() OVER (ORDER BY place) AS sequence,
               row_number() OVER (PARTITION BY subject ORDER BY place) AS step
        FROM asked
    ), kept AS (
        INSERT INTO receipts
            (receipt_id, source, event_id, type, received_at, way, digest, sequence)
        SELECT receipt_ids[place], source_name, events[place], types[place], at, came_by,
               decode(digests[place], 'hex'), sequence
        FROM placed ORDER BY sequence
    ), newest AS MATERIALIZED (
        SELECT subject, (
            SELECT coalesce(max(s.originator_version), 0) FROM stored_events s
            WHERE s.originator_id = subject
        ) AS version
        FROM (SELECT DISTINCT subject FROM placed) AS subjects
    )
    INSERT INTO stored_events (originator_id, originator_version, topic, state, notification_id)
    SELECT subject, version + step, event_topic, 
           substring(all_states FROM starts[place] FOR starts[place + 1] - starts[place]), sequence
    FROM (SELECT * FROM placed JOIN newest USING (subject) ORDER BY sequence) AS p;
END;
$$;
