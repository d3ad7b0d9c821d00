-- A SAML, OIDC or social identity provider of a pool.
CREATE TABLE identity_providers (
    pool_id           TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    name              TEXT NOT NULL,
    kind              TEXT NOT NULL,              -- SAML | OIDC | Google | Facebook | LoginWithAmazon | SignInWithApple
    details           TEXT NOT NULL,              -- ProviderDetails without its secrets
    sealed_secrets    BYTEA NOT NULL,             -- the secrets among them: client_secret, private_key, decryption key
    attribute_mapping TEXT NOT NULL,
    acr_mapping       TEXT,
    created_at        TIMESTAMPTZ NOT NULL,
    modified_at       TIMESTAMPTZ NOT NULL,
    version           BIGINT NOT NULL,
    PRIMARY KEY (pool_id, name)
);

CREATE INDEX identity_providers_by_age ON identity_providers (pool_id, created_at, name);

-- Identifiers (mostly e-mail domains) choose a provider; each belongs to one provider of its pool.
CREATE TABLE identity_provider_identifiers (
    pool_id       TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    identifier    TEXT NOT NULL,
    provider_name TEXT NOT NULL,
    position      BIGINT NOT NULL,
    PRIMARY KEY (pool_id, identifier),
    FOREIGN KEY (pool_id, provider_name) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
);

CREATE INDEX identity_provider_identifiers_of_provider ON identity_provider_identifiers (pool_id, provider_name, position);
