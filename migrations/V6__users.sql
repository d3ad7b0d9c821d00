-- A user. Passwords are kept as SRP salt and verifier only.
CREATE TABLE users (
    id           UUID NOT NULL PRIMARY KEY,       -- sub
    pool_id      TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    username     TEXT NOT NULL,
    username_key BYTEA NOT NULL,                  -- folded to lower case in case-insensitive pools
    status       TEXT NOT NULL,
    enabled      BOOLEAN NOT NULL,
    attributes   TEXT NOT NULL,                   -- name to value, without sub
    srp_salt     BYTEA,
    srp_verifier BYTEA,
    created_at   TIMESTAMPTZ NOT NULL,
    modified_at  TIMESTAMPTZ NOT NULL,
    version      BIGINT NOT NULL,
    UNIQUE (pool_id, username_key)
);

CREATE INDEX users_by_id ON users (pool_id, id);
CREATE INDEX users_by_age ON users (pool_id, created_at, id);
CREATE INDEX users_by_status ON users (pool_id, status, created_at, id);
CREATE INDEX users_by_enabled ON users (pool_id, enabled, created_at, id);

-- The attributes that ListUsers can filter by, folded to lower case, in byte order.
CREATE TABLE user_search (
    pool_id   TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    name      TEXT NOT NULL,
    value_key BYTEA NOT NULL,
    user_id   UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (pool_id, name, value_key, user_id)
);

CREATE INDEX user_search_of_user ON user_search (user_id);

-- Names beside the username that find a user: active aliases, and the e-mail address or telephone number of pools whose users
-- sign in by it. The key makes them unique.
CREATE TABLE user_aliases (
    pool_id   TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    name      TEXT NOT NULL,                      -- email | phone_number | preferred_username
    alias_key BYTEA NOT NULL,
    user_id   UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (pool_id, name, alias_key)
);

CREATE INDEX user_aliases_of_user ON user_aliases (user_id);
