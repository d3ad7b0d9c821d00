-- Messages that still have to be handed on: by SMTP, or to the webhook. A row goes when that is done, or given up.
CREATE TABLE deliveries (
    message_id UUID NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    channel    TEXT NOT NULL,                     -- smtp | webhook
    pool_id    TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    attempts   BIGINT NOT NULL,
    due_at     TIMESTAMPTZ NOT NULL,              -- who takes a delivery moves this, so that no other takes it meanwhile
    PRIMARY KEY (message_id, channel)
);

CREATE INDEX deliveries_of_pool ON deliveries (pool_id);
CREATE INDEX deliveries_by_time ON deliveries (due_at, message_id);

-- What has ended is deleted by age.
CREATE INDEX codes_by_end ON codes (expires_at);
CREATE INDEX attempts_by_age ON attempts (window_start);
