-- The user behind a sign-in at an identity provider.

-- Which user an identity at a provider stands for. No foreign key to the provider: one that is deleted and made again knows its
-- users. An identity is found by its subject; one that was linked by another attribute is found by that until it is first used.
CREATE TABLE user_identities (
    pool_id        TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    provider_name  TEXT NOT NULL,
    attribute_name BYTEA NOT NULL,                -- Cognito_Subject, or an attribute of the pool that the provider's claims are mapped to
    value_key      BYTEA NOT NULL,                -- the case of a subject counts, whatever the pool says of names
    user_id        UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    is_primary     BOOLEAN NOT NULL,              -- whether the user was made for it; otherwise it was linked
    created_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (pool_id, provider_name, attribute_name, value_key)
);

CREATE INDEX user_identities_of_user ON user_identities (user_id);

-- Whether an administrator has cut the user off from signing in by password.
ALTER TABLE users ADD COLUMN password_disabled BOOLEAN NOT NULL DEFAULT FALSE;
