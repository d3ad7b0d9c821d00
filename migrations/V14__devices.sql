-- A device that a user signed in from, in pools that keep track of them. Its secret is kept as SRP salt and verifier only.
CREATE TABLE devices (
    device_key            TEXT NOT NULL PRIMARY KEY,  -- us-east-1_…
    pool_id               TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    user_id               UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    group_key             TEXT NOT NULL,
    name                  TEXT,
    srp_salt              BYTEA,                      -- none before ConfirmDevice
    srp_verifier          BYTEA,
    remembered            BOOLEAN NOT NULL,
    last_ip               TEXT NOT NULL,
    created_at            TIMESTAMPTZ NOT NULL,
    modified_at           TIMESTAMPTZ NOT NULL,
    last_authenticated_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX devices_of_pool ON devices (pool_id);
CREATE INDEX devices_of_user ON devices (user_id, created_at, device_key);
