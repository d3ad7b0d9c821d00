-- Failed tries of users to sign in, by factor: a row goes when that factor is proved, or when it is old.
CREATE TABLE failed_tries (
    pool_id        TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    user_id        UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    factor         TEXT NOT NULL,                 -- password, email_otp, software_token, ...
    failures       BIGINT NOT NULL,
    last_failed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, factor)
);

CREATE INDEX failed_tries_of_pool ON failed_tries (pool_id);
CREATE INDEX failed_tries_by_age ON failed_tries (last_failed_at);

-- Names that nobody has are counted in tables of a fixed size, however many names are tried: a keyed hash of pool and name says
-- which rows (slots) may be its own and whose count a row is (subject). Where others have all of them, the oldest is taken.
CREATE TABLE unknown_name_failed_tries (
    slot           BIGINT NOT NULL,
    factor         TEXT NOT NULL,
    subject        BYTEA NOT NULL,
    failures       BIGINT NOT NULL,
    last_failed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (slot, factor)
);

CREATE TABLE unknown_name_attempts (
    slot         BIGINT NOT NULL,
    action       TEXT NOT NULL,
    subject      BYTEA NOT NULL,
    window_start TIMESTAMPTZ NOT NULL,
    tries        BIGINT NOT NULL,
    PRIMARY KEY (slot, action)
);

-- Codes that were asked for and not sent: until when there would be one.
CREATE TABLE unknown_name_codes (
    slot       BIGINT NOT NULL,
    purpose    TEXT NOT NULL,
    subject    BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (slot, purpose)
);

-- What is written for a name that nobody has where messages and events are kept for a user: as much, with as many indexes, and
-- of no use. A row is found by chance and written over.
CREATE TABLE stand_ins (
    slot       BIGINT NOT NULL PRIMARY KEY,
    owner      BYTEA NOT NULL,
    filling    BYTEA NOT NULL,
    written_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX stand_ins_of_owner ON stand_ins (owner);
CREATE INDEX stand_ins_by_owner_and_age ON stand_ins (owner, written_at, slot);
CREATE INDEX stand_ins_by_age ON stand_ins (written_at, slot);

-- One code may be shown wrong only so often.
ALTER TABLE sign_ins ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;

-- Counts by name, and events without a user: nobody could be shown them.
DROP TABLE lockouts;
DELETE FROM auth_events WHERE user_id IS NULL;
