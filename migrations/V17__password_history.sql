-- The passwords that a user had, as SRP salt and verifier, where the pool remembers them.
CREATE TABLE password_history (
    pool_id      TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    user_id      UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    srp_salt     BYTEA NOT NULL,
    srp_verifier BYTEA NOT NULL,
    set_at       TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, srp_salt)
);

CREATE INDEX password_history_of_pool ON password_history (pool_id);
CREATE INDEX password_history_of_user ON password_history (user_id, set_at);
