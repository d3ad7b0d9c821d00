-- One known text, sealed when the database is new: a process that comes with another sealing key is refused at start, before it
-- writes what the others cannot read.
CREATE TABLE sealing_key_check (
    id          BIGINT NOT NULL PRIMARY KEY,      -- always 1
    sealed_text BYTEA NOT NULL
);
