-- Texts by the digest of their bytes; a row for each committee that keeps one. Never changed.
CREATE TABLE documents (
    sha256 text NOT NULL,
    committee_id uuid NOT NULL,
    committee_path text NOT NULL,
    title text NOT NULL,
    media_type text NOT NULL,
    size integer NOT NULL,
    content bytea NOT NULL,
    added_by text NOT NULL,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT documents_pkey PRIMARY KEY (sha256, committee_id)
);
