-- What SetUserPoolSessionConfiguration and SetUserPoolClientSessionConfiguration set; none: as it was made.
ALTER TABLE user_pools ADD COLUMN session_configuration TEXT NOT NULL DEFAULT '{}';
ALTER TABLE app_clients ADD COLUMN sso_session TEXT;
