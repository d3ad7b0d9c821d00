# Users, groups, and identity providers.

resource "aws_cognito_user" "ada" {
  user_pool_id   = aws_cognito_user_pool.full.id
  username       = "ada"
  password       = local.once ? "Str0ng-and-long" : null
  message_action = local.once ? "SUPPRESS" : null
  enabled        = !local.later
  attributes = local.later ? {
    email = "ada@example.com", email_verified = "true", seat = "12", name = "Ada"
    } : {
    email = "ada@example.com", email_verified = "true", seat = "12", plan = "small"
  }
}

# The address comes back alone.
resource "aws_cognito_user" "bob" {
  user_pool_id = aws_cognito_user_pool.full.id
  username     = "bob"
  attributes   = { email = "bob@example.com" }
}

resource "aws_cognito_user_group" "staff" {
  name         = "staff/north"
  user_pool_id = aws_cognito_user_pool.full.id
  description  = local.later ? null : "Those of the north"
  precedence   = local.later ? 2 : 1
  role_arn     = "arn:aws:iam::123456789012:role/staff"
}

resource "aws_cognito_user_group" "plain" {
  name         = "plain"
  user_pool_id = aws_cognito_user_pool.full.id
}

resource "aws_cognito_user_in_group" "ada" {
  user_pool_id = aws_cognito_user_pool.full.id
  group_name   = aws_cognito_user_group.staff.name
  username     = aws_cognito_user.ada.username
}

data "aws_cognito_user_group" "staff" {
  name         = aws_cognito_user_group.staff.name
  user_pool_id = aws_cognito_user_group.staff.user_pool_id
}

data "aws_cognito_user_groups" "full" {
  user_pool_id = aws_cognito_user_group.plain.user_pool_id
}

resource "aws_cognito_identity_provider" "corp" {
  user_pool_id      = aws_cognito_user_pool.full.id
  provider_name     = "Corp"
  provider_type     = "SAML"
  attribute_mapping = local.later ? { email = "mail", name = "displayName" } : { email = "mail" }
  idp_identifiers   = local.later ? [] : ["example.com"]
  provider_details = {
    MetadataFile          = file(var.saml_metadata)
    IDPSignout            = local.later ? "true" : "false"
    SLORedirectBindingURI = "https://idp.example.com/saml/slo/redirect"
    SSORedirectBindingURI = "https://idp.example.com/saml/sso/redirect"
  }
}

resource "aws_cognito_identity_provider" "google" {
  user_pool_id      = aws_cognito_user_pool.full.id
  provider_name     = "Google"
  provider_type     = "Google"
  attribute_mapping = { email = "email", username = "sub" }
  provider_details = {
    authorize_scopes              = local.later ? "openid email profile" : "openid email"
    client_id                     = "1-shop.apps.googleusercontent.com"
    client_secret                 = "hush"
    attributes_url                = "https://people.googleapis.com/v1/people/me?personFields="
    attributes_url_add_attributes = "true"
    authorize_url                 = "https://accounts.google.com/o/oauth2/v2/auth"
    oidc_issuer                   = "https://accounts.google.com"
    token_request_method          = "POST"
    token_url                     = "https://www.googleapis.com/oauth2/v4/token"
  }
}

resource "aws_cognito_identity_provider" "staff" {
  user_pool_id      = aws_cognito_user_pool.plain.id
  provider_name     = "Staff"
  provider_type     = "OIDC"
  attribute_mapping = { email = "email", username = "sub" }
  provider_details = {
    attributes_request_method     = local.later ? "POST" : "GET"
    attributes_url                = "https://id.example.com/user"
    attributes_url_add_attributes = "false"
    authorize_scopes              = "openid email"
    authorize_url                 = "https://id.example.com/authorize"
    client_id                     = "shop"
    client_secret                 = "hush"
    jwks_uri                      = "https://id.example.com/keys"
    oidc_issuer                   = "https://id.example.com"
    token_url                     = "https://id.example.com/token"
  }
}
