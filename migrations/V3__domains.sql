-- A user pool domain, unique in its region over all pools and accounts. A pool has at most one of each kind.
-- No ON DELETE CASCADE: a pool that has a domain cannot be deleted.
CREATE TABLE domains (
    region                  TEXT NOT NULL,
    domain                  TEXT NOT NULL,        -- the prefix, or the whole name of a custom domain
    pool_id                 TEXT NOT NULL REFERENCES user_pools (id),
    kind                    TEXT NOT NULL,        -- prefix | custom
    certificate_arn         TEXT,                 -- custom domains only
    managed_login_version   BIGINT NOT NULL,      -- 1 classic, 2 managed login
    cloudfront_distribution TEXT NOT NULL,        -- made once; clients expect it to stay
    routing                 TEXT,
    created_at              TIMESTAMPTZ NOT NULL,
    modified_at             TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (region, domain),
    UNIQUE (pool_id, kind)
);
