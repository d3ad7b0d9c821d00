-- What the built-in identity provider keeps (--mock-idp), so that every replica is the same one.

CREATE TABLE mock_idp_key (
    id                 BIGINT NOT NULL PRIMARY KEY,   -- always 1: replicas that make a key at once agree on the first
    certificate        TEXT NOT NULL,                 -- DER in base64, as SAML metadata has it
    sealed_private_key BYTEA NOT NULL,                -- PKCS#8
    created_at         TIMESTAMPTZ NOT NULL
);

-- Sign-ins whose authorization code waits for the client. No pool has to do with them: a pool is a client like any other.
CREATE TABLE mock_idp_codes (
    code_hash    BYTEA NOT NULL PRIMARY KEY,
    client_id    TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    nonce        TEXT,
    claims       TEXT NOT NULL,                       -- what is said of the person: a JSON object
    auth_time    TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    used         BOOLEAN NOT NULL
);

CREATE INDEX mock_idp_codes_by_end ON mock_idp_codes (expires_at);
