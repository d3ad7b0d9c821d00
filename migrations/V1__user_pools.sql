-- A user pool. What is looked up has a column; settings that are read as a whole are JSON documents in the shapes of the API.
CREATE TABLE user_pools (
    id                TEXT NOT NULL PRIMARY KEY,  -- us-east-1_AbCdEf123
    account           TEXT NOT NULL,              -- twelve digits
    region            TEXT NOT NULL,
    name              TEXT NOT NULL,
    settings          TEXT NOT NULL,              -- what CreateUserPool and UpdateUserPool set
    schema_attributes TEXT NOT NULL,              -- standard and custom attributes, in order
    mfa               TEXT NOT NULL,              -- what SetUserPoolMfaConfig sets beside MfaConfiguration
    tags              TEXT NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL,
    modified_at       TIMESTAMPTZ NOT NULL,
    version           BIGINT NOT NULL             -- counts saves: two writers cannot overwrite each other unseen
);

CREATE INDEX user_pools_by_age ON user_pools (account, region, created_at, id);

-- How many users a pool has, spread over rows so that sign-ups of one pool do not queue for one row.
CREATE TABLE user_pool_sizes (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    shard   BIGINT NOT NULL,
    users   BIGINT NOT NULL,
    PRIMARY KEY (pool_id, shard)
);
