-- The RSA keys of a pool, one for ID tokens and one for access tokens. They are made when a pool first needs them.
CREATE TABLE signing_keys (
    kid                TEXT NOT NULL PRIMARY KEY,
    pool_id            TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    token_use          TEXT NOT NULL,             -- id | access
    sealed_private_key BYTEA NOT NULL,            -- PKCS#8
    public_jwk         TEXT NOT NULL,
    created_at         TIMESTAMPTZ NOT NULL,
    UNIQUE (pool_id, token_use)                   -- replicas that make keys at once agree on the first
);
