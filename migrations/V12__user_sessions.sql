-- What a completed sign-in left behind: the family of its tokens. Revoked ones are kept until their refresh token would have ended.
CREATE TABLE user_sessions (
    event_id       UUID NOT NULL PRIMARY KEY,     -- claim event_id: how access tokens are looked up
    id             TEXT NOT NULL UNIQUE,          -- tkn…, the name in the API
    pool_id        TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    user_id        UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id      TEXT NOT NULL REFERENCES app_clients (id) ON DELETE CASCADE,
    origin_jti     UUID NOT NULL,
    scopes         TEXT NOT NULL,                 -- separated by spaces
    device_key     TEXT,
    ip             TEXT NOT NULL,
    device_type    TEXT NOT NULL,                 -- user agent
    auth_time      TIMESTAMPTZ NOT NULL,
    last_active_at TIMESTAMPTZ NOT NULL,
    expires_at     TIMESTAMPTZ NOT NULL,
    revoked_at     TIMESTAMPTZ
);

CREATE INDEX user_sessions_of_pool ON user_sessions (pool_id);
CREATE INDEX user_sessions_of_user ON user_sessions (user_id, last_active_at, event_id);
CREATE INDEX user_sessions_of_client ON user_sessions (client_id);
CREATE INDEX user_sessions_by_end ON user_sessions (expires_at);

-- Refresh tokens, as hashes. A rotated one is kept, so that its reuse is seen.
CREATE TABLE refresh_tokens (
    token_hash  BYTEA NOT NULL PRIMARY KEY,
    pool_id     TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    event_id    UUID NOT NULL REFERENCES user_sessions (event_id) ON DELETE CASCADE,
    issued_at   TIMESTAMPTZ NOT NULL,
    replaced_at TIMESTAMPTZ
);

CREATE INDEX refresh_tokens_of_pool ON refresh_tokens (pool_id);
CREATE INDEX refresh_tokens_of_session ON refresh_tokens (event_id);
