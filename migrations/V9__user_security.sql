-- Which second factors a user has turned on, and which of them is asked for.
ALTER TABLE users ADD COLUMN mfa TEXT NOT NULL DEFAULT '{}';
-- When the password was set: a temporary one ends some days later.
ALTER TABLE users ADD COLUMN password_set_at TIMESTAMPTZ;
-- New values of attributes that count once they are verified, by name.
ALTER TABLE users ADD COLUMN unverified TEXT NOT NULL DEFAULT '{}';

-- Failed tries to sign in with a name. The subject is a hash, of a name that nobody has too: a lock tells nothing of who exists.
CREATE TABLE lockouts (
    pool_id        TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    subject        BYTEA NOT NULL,
    failures       BIGINT NOT NULL,
    last_failed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (pool_id, subject)
);

CREATE INDEX lockouts_by_age ON lockouts (last_failed_at);

-- The secret of a user's authenticator app, and of one that is being set up: the new one takes the place of the old only once it
-- is verified.
CREATE TABLE software_tokens (
    user_id       UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    pool_id       TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    sealed_secret BYTEA NOT NULL,
    verified      BOOLEAN NOT NULL,
    friendly_name TEXT,
    last_step     BIGINT NOT NULL,                -- the period of the code used last: it is not taken again
    PRIMARY KEY (user_id, verified)
);

CREATE INDEX software_tokens_of_pool ON software_tokens (pool_id);
