-- What happened to accounts: sign-ins, sign-ups, changed passwords.
CREATE TABLE auth_events (
    id             UUID NOT NULL PRIMARY KEY,
    pool_id        TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    user_id        UUID REFERENCES users (id) ON DELETE CASCADE, -- none: tried with a name that nobody has
    client_id      TEXT,
    event_type     TEXT NOT NULL,
    response       TEXT NOT NULL,                 -- Pass | Fail | InProgress
    challenges     TEXT NOT NULL,                 -- names and outcomes, in order
    ip             TEXT NOT NULL,
    device_name    TEXT NOT NULL,                 -- user agent
    created_at     TIMESTAMPTZ NOT NULL,
    feedback       TEXT,                          -- what somebody said of it later
    feedback_by    TEXT,
    feedback_at    TIMESTAMPTZ
);

CREATE INDEX auth_events_of_pool ON auth_events (pool_id);
CREATE INDEX auth_events_of_user ON auth_events (user_id, created_at, id);
CREATE INDEX auth_events_by_age ON auth_events (created_at);
