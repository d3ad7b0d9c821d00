-- The passkeys of a user. The key itself stays with the user: what is here is public, but for a counter that tells copies.
CREATE TABLE passkeys (
    credential_id TEXT NOT NULL PRIMARY KEY,      -- base64url
    pool_id       TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    user_id       UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    rp_id         TEXT NOT NULL,
    friendly_name TEXT NOT NULL,
    attachment    TEXT,
    transports    TEXT NOT NULL,
    credential    TEXT NOT NULL,                  -- as the WebAuthn library keeps it
    created_at    TIMESTAMPTZ NOT NULL
);

CREATE INDEX passkeys_of_pool ON passkeys (pool_id);
CREATE INDEX passkeys_of_user ON passkeys (user_id, created_at, credential_id);

-- A registration of a passkey that has begun. A new one takes the place of the one before.
CREATE TABLE passkey_registrations (
    user_id      UUID NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    pool_id      TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    client_id    TEXT NOT NULL,
    sealed_state BYTEA NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL
);

CREATE INDEX passkey_registrations_of_pool ON passkey_registrations (pool_id);
