-- One decision, or several at once, saved by one statement: what must be unique first, then the
-- lock, then the events. Whoever calls it holds the lock for no round trip, so a client that is slow
-- or frozen keeps nobody from writing. Lists are parallel and sorted by the caller, so that two
-- callers never wait for each other in a circle.
--
-- The lock is what makes notification ids rise in the order of commits: without it a reader of the
-- log skips events.
CREATE FUNCTION save_work(
    originator_ids uuid[], originator_versions bigint[], topics text[], states bytea[],
    principals text[] = '{}', methods text[] = '{}', paths text[] = '{}', keys text[] = '{}',
    digests bytea[] = '{}', statuses smallint[] = '{}', answers bytea[] = '{}',
    released_names text[] = '{}', released_values text[] = '{}',
    reserved_names text[] = '{}', reserved_values text[] = '{}', holders uuid[] = '{}'
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(keys) > 0 THEN
        INSERT INTO idempotency_keys
            (principal, method, path, key, body_sha256, status, answer)
        SELECT * FROM unnest(principals, methods, paths, keys, digests, statuses, answers);
    END IF;
    IF cardinality(released_names) > 0 THEN
        DELETE FROM reservations
        WHERE (name, value) IN (SELECT * FROM unnest(released_names, released_values));
    END IF;
    IF cardinality(reserved_names) > 0 THEN
        INSERT INTO reservations (name, value, holder)
        SELECT * FROM unnest(reserved_names, reserved_values, holders);
    END IF;
    IF cardinality(originator_ids) > 0 THEN
        LOCK TABLE stored_events IN EXCLUSIVE MODE;
        NOTIFY stored_events;
        INSERT INTO stored_events (originator_id, originator_version, topic, state)
        SELECT * FROM unnest(originator_ids, originator_versions, topics, states);
    END IF;
END;
$$;
