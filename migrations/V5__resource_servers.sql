-- A resource server and the custom scopes it defines.
CREATE TABLE resource_servers (
    pool_id    TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    identifier TEXT NOT NULL,
    name       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (pool_id, identifier)
);

CREATE INDEX resource_servers_by_age ON resource_servers (pool_id, created_at, identifier);
