-- The managed login style of an app client: a client has at most one.
CREATE TABLE managed_login_brandings (
    id                          UUID NOT NULL PRIMARY KEY,
    pool_id                     TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    client_id                   TEXT NOT NULL UNIQUE REFERENCES app_clients (id) ON DELETE CASCADE,
    use_cognito_provided_values BOOLEAN NOT NULL,
    settings                    TEXT,             -- as they were sent; none: the defaults alone
    created_at                  TIMESTAMPTZ NOT NULL,
    modified_at                 TIMESTAMPTZ NOT NULL,
    version                     BIGINT NOT NULL
);

CREATE INDEX managed_login_brandings_of_pool ON managed_login_brandings (pool_id);

-- The images of a style. Apart from it, since pages want to know which there are without reading megabytes.
CREATE TABLE managed_login_assets (
    branding_id UUID NOT NULL REFERENCES managed_login_brandings (id) ON DELETE CASCADE,
    position    BIGINT NOT NULL,
    pool_id     TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    category    TEXT NOT NULL,
    color_mode  TEXT NOT NULL,
    extension   TEXT NOT NULL,
    resource_id TEXT,
    digest      TEXT NOT NULL,                    -- of the bytes: it changes with them, and names them in addresses
    bytes       BYTEA NOT NULL,
    PRIMARY KEY (branding_id, position)
);

CREATE INDEX managed_login_assets_of_pool ON managed_login_assets (pool_id);

-- Stylesheet and logo of the classic pages, for one client or for all of a pool.
CREATE TABLE ui_customizations (
    pool_id     TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    target      TEXT NOT NULL,                    -- ALL, or the id of the client
    client_id   TEXT REFERENCES app_clients (id) ON DELETE CASCADE,
    css         TEXT,
    image       BYTEA,
    created_at  TIMESTAMPTZ NOT NULL,
    modified_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (pool_id, target)
);

CREATE INDEX ui_customizations_of_client ON ui_customizations (client_id);
