-- The browser session (sso…) that a family of tokens came from: OriginSessionId of ListUserSessions. The browser session may have
-- ended since, so there is no foreign key.
ALTER TABLE user_sessions ADD COLUMN origin_session_id TEXT;
ALTER TABLE authorization_codes ADD COLUMN origin_session_id TEXT;
