-- What signing in by another provider keeps between leaving for it and coming back, and what is known of providers.

-- A browser that left for a provider: found by the state that it brings back (OAuth `state`, SAML RelayState).
CREATE TABLE federated_sign_ins (
    state_hash   BYTEA NOT NULL PRIMARY KEY,
    pool_id      TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    sealed_state BYTEA NOT NULL,                  -- what was asked, and of an answer that was judged, whom it names
    stage        BIGINT NOT NULL,                 -- 0 left, 1 the answer is judged, 2 over: each is reached once
    expires_at   TIMESTAMPTZ NOT NULL
);

CREATE INDEX federated_sign_ins_of_pool ON federated_sign_ins (pool_id);
CREATE INDEX federated_sign_ins_by_end ON federated_sign_ins (expires_at);

-- Assertions that were taken: none counts twice.
CREATE TABLE saml_replays (
    pool_id    TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    key_hash   BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (pool_id, key_hash)
);

CREATE INDEX saml_replays_by_end ON saml_replays (expires_at);

-- SAML metadata as it was fetched last.
CREATE TABLE provider_documents (
    pool_id       TEXT NOT NULL,
    provider_name TEXT NOT NULL,
    url           TEXT NOT NULL,
    document      TEXT NOT NULL,
    fetched_at    TIMESTAMPTZ NOT NULL,
    tried_at      TIMESTAMPTZ NOT NULL,           -- when it was last asked for, with or without an answer
    PRIMARY KEY (pool_id, provider_name),
    FOREIGN KEY (pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    FOREIGN KEY (pool_id, provider_name) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
);

-- The key that a pool signs SAML requests with, and its certificate (GetSigningCertificate).
CREATE TABLE pool_certificates (
    pool_id            TEXT NOT NULL PRIMARY KEY REFERENCES user_pools (id) ON DELETE CASCADE,
    certificate        TEXT NOT NULL,             -- DER in base64
    sealed_private_key BYTEA NOT NULL,            -- PKCS #8
    created_at         TIMESTAMPTZ NOT NULL
);

-- The provider that named the user of a browser's session; and how a SAML provider calls them, for single logout.
ALTER TABLE browser_sessions ADD COLUMN provider_name TEXT;
ALTER TABLE browser_sessions ADD COLUMN sealed_saml_subject BYTEA;
