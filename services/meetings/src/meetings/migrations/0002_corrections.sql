-- What people decided otherwise than the reader read it, written with the signature. Never changed.
CREATE TABLE corrections (
    notice_id uuid NOT NULL,
    path text NOT NULL,
    field text NOT NULL,
    committee_path text NOT NULL,
    rule text NOT NULL,
    confidence double precision NOT NULL,
    -- whether the reading had asked about this field
    doubted boolean NOT NULL,
    read text NOT NULL,
    decided text NOT NULL,
    words text NOT NULL,
    signed_at timestamptz NOT NULL,
    CONSTRAINT corrections_pkey PRIMARY KEY (notice_id, path, field)
);
CREATE INDEX corrections_list_idx ON corrections (signed_at DESC, notice_id, path, field);
