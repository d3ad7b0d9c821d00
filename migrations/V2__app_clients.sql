-- An app client. Its id is unique over all pools, so that unauthenticated calls find their pool by it.
CREATE TABLE app_clients (
    id          TEXT NOT NULL PRIMARY KEY,
    pool_id     TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    settings    TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    modified_at TIMESTAMPTZ NOT NULL,
    version     BIGINT NOT NULL
);

CREATE INDEX app_clients_by_age ON app_clients (pool_id, created_at, id);

-- Up to two secrets of a confidential client are valid at once, for rotation.
CREATE TABLE app_client_secrets (
    id           TEXT NOT NULL PRIMARY KEY,       -- {clientId}--{epoch milliseconds}
    pool_id      TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    client_id    TEXT NOT NULL REFERENCES app_clients (id) ON DELETE CASCADE,
    sealed_value BYTEA NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL
);

CREATE INDEX app_client_secrets_of_client ON app_client_secrets (client_id, created_at);
CREATE INDEX app_client_secrets_of_pool ON app_client_secrets (pool_id);
