-- A group of users, perhaps with a role.
CREATE TABLE user_groups (
    pool_id     TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    name_key    BYTEA NOT NULL,                   -- the name in byte order: lists go by it
    name        TEXT NOT NULL,
    description TEXT,
    role_arn    TEXT,
    precedence  BIGINT,
    created_at  TIMESTAMPTZ NOT NULL,
    modified_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (pool_id, name_key)
);

CREATE TABLE group_members (
    pool_id  TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    name_key BYTEA NOT NULL,
    user_id  UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, name_key),
    FOREIGN KEY (pool_id, name_key) REFERENCES user_groups (pool_id, name_key) ON DELETE CASCADE
);

CREATE INDEX group_members_of_group ON group_members (pool_id, name_key, user_id);
