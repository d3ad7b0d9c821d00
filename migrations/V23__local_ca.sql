-- The certificate authority with which Poolhouse issues its own server certificates. Made when TLS is first used without
-- certificate files; replicas share it, and people put its certificate into their trust stores.
CREATE TABLE local_ca (
    id                 BIGINT NOT NULL PRIMARY KEY,   -- always 1: replicas that make a CA at once agree on the first
    certificate        TEXT NOT NULL,                 -- PEM
    sealed_private_key BYTEA NOT NULL,                -- PKCS#8
    created_at         TIMESTAMPTZ NOT NULL
);
-- It issues for the names of custom domains, which are read every few seconds.
CREATE INDEX domains_by_kind ON domains (kind, domain);
