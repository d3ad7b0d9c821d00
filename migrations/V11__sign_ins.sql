-- A sign-in that waits for the answer to a challenge. It is found by its handle, which only the client has.
CREATE TABLE sign_ins (
    handle_hash  BYTEA NOT NULL PRIMARY KEY,
    pool_id      TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    user_id      UUID REFERENCES users (id) ON DELETE CASCADE,  -- none: nobody has the name, and the client hides it
    sealed_state BYTEA NOT NULL,                  -- what was asked, with codes and exponents
    expires_at   TIMESTAMPTZ NOT NULL,
    used         BOOLEAN NOT NULL                 -- kept until it expires: a second use is told from nonsense
);

CREATE INDEX sign_ins_of_pool ON sign_ins (pool_id);
CREATE INDEX sign_ins_of_user ON sign_ins (user_id);
CREATE INDEX sign_ins_by_end ON sign_ins (expires_at);
