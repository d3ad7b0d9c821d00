-- What the OAuth endpoints of a domain keep: grants that wait for their application, and browsers that are signed in.

-- The tokens of a session that began at a domain say more than those of the API, and only what their scopes open.
ALTER TABLE user_sessions ADD COLUMN is_oauth BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE user_sessions ADD COLUMN resource TEXT;  -- claim aud of access tokens (RFC 8707)

CREATE TABLE authorization_codes (
    code_hash              BYTEA NOT NULL PRIMARY KEY,
    pool_id                TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    client_id              TEXT NOT NULL REFERENCES app_clients (id) ON DELETE CASCADE,
    user_id                UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    event_id               UUID NOT NULL,                 -- the future user_sessions.event_id
    redirect_uri           TEXT NOT NULL,
    redirect_uri_was_given BOOLEAN NOT NULL,
    scopes                 TEXT NOT NULL,
    nonce                  TEXT,
    code_challenge         TEXT,                          -- S256: the hash of a secret of the application
    resource               TEXT,
    auth_time              TIMESTAMPTZ NOT NULL,
    expires_at             TIMESTAMPTZ NOT NULL,
    used                   BOOLEAN NOT NULL               -- kept until it expires: a second use ends the first one's tokens
);

CREATE INDEX authorization_codes_of_pool ON authorization_codes (pool_id);
CREATE INDEX authorization_codes_of_client ON authorization_codes (client_id);
CREATE INDEX authorization_codes_of_user ON authorization_codes (user_id);
CREATE INDEX authorization_codes_by_end ON authorization_codes (expires_at);

CREATE TABLE browser_sessions (
    cookie_hash BYTEA NOT NULL PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,                     -- sso…, the name in the API
    pool_id     TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    user_id     UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id   TEXT NOT NULL REFERENCES app_clients (id) ON DELETE CASCADE,
    event_id    UUID NOT NULL,
    auth_time   TIMESTAMPTZ NOT NULL,
    expires_at  TIMESTAMPTZ NOT NULL
);

CREATE INDEX browser_sessions_of_pool ON browser_sessions (pool_id);
CREATE INDEX browser_sessions_of_user ON browser_sessions (user_id, auth_time, id);
CREATE INDEX browser_sessions_of_client ON browser_sessions (client_id);
CREATE INDEX browser_sessions_by_end ON browser_sessions (expires_at);

-- Requests find a custom domain by its name alone.
CREATE INDEX domains_by_name ON domains (domain, created_at, region);
