-- Links to the documents that the sign-up page of an app client shows: terms of use, privacy policy.
CREATE TABLE terms (
    id          UUID NOT NULL PRIMARY KEY,
    pool_id     TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    client_id   TEXT NOT NULL REFERENCES app_clients (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,                    -- terms-of-use | privacy-policy
    source      TEXT NOT NULL,
    enforcement TEXT NOT NULL,
    links       TEXT NOT NULL,                    -- by language: cognito:default, cognito:french, ...
    created_at  TIMESTAMPTZ NOT NULL,
    modified_at TIMESTAMPTZ NOT NULL,
    version     BIGINT NOT NULL,
    UNIQUE (client_id, name)
);

CREATE INDEX terms_by_age ON terms (pool_id, created_at, id);
