-- The event store, which is the outbox as well. Shapes as the event-sourcing library expects them.
CREATE TYPE stored_event_uuid AS (
    originator_id uuid, originator_version bigint, topic text, state bytea
);

CREATE TABLE stored_events (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigserial NOT NULL,
    CONSTRAINT stored_events_pkey PRIMARY KEY (originator_id, originator_version)
) WITH (
    autovacuum_vacuum_threshold = 100000000, autovacuum_vacuum_scale_factor = 0.5,
    autovacuum_analyze_threshold = 1000, autovacuum_analyze_scale_factor = 0.01
);

CREATE UNIQUE INDEX stored_events_notification_id_idx ON stored_events (notification_id);

-- Answers of commands, written with their events; kept seven days.
CREATE TABLE idempotency_keys (
    principal text NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    key text NOT NULL,
    body_sha256 bytea NOT NULL,
    status smallint NOT NULL,
    answer bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (principal, method, path, key)
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

-- What may exist only once: a notice's number per issuer and year, a unit's official code.
CREATE TABLE reservations (
    name text NOT NULL,
    value text NOT NULL,
    holder uuid NOT NULL,
    CONSTRAINT reservations_pkey PRIMARY KEY (name, value)
);

-- One leader per service sends to Kafka; an epoch that is not the newest cannot move the position.
CREATE TABLE relay (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    owner text NOT NULL DEFAULT '',
    epoch bigint NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL DEFAULT '-infinity',
    position bigint NOT NULL DEFAULT 0
);
INSERT INTO relay DEFAULT VALUES;

-- How far each consumer has come: where to seek, and the highest sequence that had its effect.
CREATE TABLE positions (
    consumer text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    sequence bigint NOT NULL,
    cluster_id text NOT NULL,
    moved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT positions_pkey PRIMARY KEY (consumer, topic, partition)
);

-- Records that could not be handled, and every later one of their key, in order.
CREATE TABLE dead_letters (
    consumer text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    key bytea NOT NULL,
    value bytea,
    headers bytea NOT NULL,
    code text NOT NULL,
    reason text NOT NULL,
    stack text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT dead_letters_pkey PRIMARY KEY (consumer, topic, partition, "offset")
);
CREATE INDEX dead_letters_key_idx ON dead_letters (consumer, topic, key);
