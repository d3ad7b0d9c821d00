-- The code that a user was sent last for one purpose. A new one replaces it; a used one is deleted.
CREATE TABLE codes (
    pool_id    TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    user_id    UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    TEXT NOT NULL,
    code_mac   BYTEA NOT NULL,                    -- six digits are guessed from a plain hash in no time: keyed
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, purpose)
);

CREATE INDEX codes_of_pool ON codes (pool_id);

-- How often a user tried something in the hour that began at window_start.
CREATE TABLE attempts (
    pool_id      TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    user_id      UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    action       TEXT NOT NULL,
    window_start TIMESTAMPTZ NOT NULL,
    tries        BIGINT NOT NULL,
    PRIMARY KEY (user_id, action)
);

CREATE INDEX attempts_of_pool ON attempts (pool_id);

-- Every e-mail and text message, as it was sent. Its text may hold a code, so it is sealed.
CREATE TABLE messages (
    id             UUID NOT NULL PRIMARY KEY,
    pool_id        TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    username       TEXT NOT NULL,
    recipient      TEXT NOT NULL,
    medium         TEXT NOT NULL,                 -- EMAIL | SMS
    kind           TEXT NOT NULL,
    sealed_content BYTEA NOT NULL,                -- subject, body, code
    sent_at        TIMESTAMPTZ NOT NULL
);

CREATE INDEX messages_by_age ON messages (sent_at, id);
CREATE INDEX messages_of_pool ON messages (pool_id, sent_at, id);
CREATE INDEX messages_of_recipient ON messages (recipient, sent_at, id);
