-- How many deliveries of a pool were begun in the minute that began at window_start, by all servers together.
CREATE TABLE delivery_counts (
    pool_id      TEXT NOT NULL PRIMARY KEY REFERENCES user_pools (id) ON DELETE CASCADE,
    window_start TIMESTAMPTZ NOT NULL,
    begun        BIGINT NOT NULL
);

-- Deliveries are looked for pool by pool, so that none waits behind another's.
CREATE INDEX deliveries_waiting ON deliveries (channel, pool_id, due_at, message_id);
DROP INDEX deliveries_by_time;
