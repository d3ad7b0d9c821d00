# Clients, resource servers, domains and their pages.

resource "aws_cognito_user_pool_client" "plain" {
  name         = "plain"
  user_pool_id = aws_cognito_user_pool.plain.id
}

resource "aws_cognito_user_pool_client" "full" {
  name                                          = "full"
  user_pool_id                                  = aws_cognito_user_pool.full.id
  access_token_validity                         = local.later ? 45 : 30
  allowed_oauth_flows                           = local.later ? ["code"] : ["code", "implicit"]
  allowed_oauth_flows_user_pool_client          = true
  allowed_oauth_scopes                          = concat(["openid", "email"], local.later ? [] : ["orders/list"])
  auth_session_validity                         = local.later ? 5 : 3
  callback_urls                                 = ["https://shop.example.com/in", "http://localhost:3000/in"]
  default_redirect_uri                          = "https://shop.example.com/in"
  enable_propagate_additional_user_context_data = false
  enable_token_revocation                       = !local.later
  explicit_auth_flows = local.later ? ["ALLOW_USER_SRP_AUTH"] : [
    "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH"
  ]
  generate_secret               = local.once ? true : null
  id_token_validity             = local.later ? 90 : 1
  logout_urls                   = local.later ? [] : ["https://shop.example.com/out"]
  prevent_user_existence_errors = "ENABLED"
  read_attributes               = local.later ? ["email"] : ["email", "custom:plan"]
  refresh_token_validity        = local.later ? 7 : 30
  supported_identity_providers  = ["COGNITO", aws_cognito_identity_provider.corp.provider_name]
  write_attributes              = ["email"]

  refresh_token_rotation {
    feature                    = "ENABLED"
    retry_grace_period_seconds = local.later ? 0 : 10
  }
  token_validity_units {
    access_token  = "minutes" # hours, hours and days would be imported as nothing
    id_token      = local.later ? "minutes" : "hours"
    refresh_token = "days"
  }

  depends_on = [aws_cognito_resource_server.orders]
}

resource "aws_cognito_user_pool_client" "measured" {
  name         = "measured"
  user_pool_id = aws_cognito_user_pool.plain.id
  analytics_configuration {
    application_arn  = "arn:aws:mobiletargeting:us-east-1:000000000000:apps/00000000000000000000000000000001"
    user_data_shared = local.later
  }
}

# Made by somebody else, before.
resource "aws_cognito_managed_user_pool_client" "search" {
  name_prefix            = "Search"
  user_pool_id           = data.aws_cognito_user_pools.elsewhere.ids[0]
  refresh_token_validity = local.later ? 5 : 3
  lifecycle {
    ignore_changes = [name_prefix]
  }
}

data "aws_cognito_user_pools" "elsewhere" {
  name = "${var.name}-elsewhere"
}

data "aws_cognito_user_pool_client" "full" {
  client_id    = aws_cognito_user_pool_client.full.id
  user_pool_id = aws_cognito_user_pool.full.id
}

data "aws_cognito_user_pool_clients" "full" {
  user_pool_id = aws_cognito_user_pool_client.full.user_pool_id
}

resource "aws_cognito_resource_server" "orders" {
  identifier   = "orders"
  name         = "Orders" # another name would replace it
  user_pool_id = aws_cognito_user_pool.full.id
  scope {
    scope_name        = "list"
    scope_description = "List orders"
  }
  dynamic "scope" {
    for_each = local.later ? ["add", "drop"] : ["add"]
    content {
      scope_name        = scope.value
      scope_description = "${scope.value} orders"
    }
  }
}

resource "aws_cognito_user_pool_domain" "prefix" {
  domain                = var.name
  managed_login_version = var.stage
  user_pool_id          = aws_cognito_user_pool.full.id
}

resource "aws_cognito_user_pool_domain" "custom" {
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/${var.stage}"
  domain          = "${var.name}.example.com"
  user_pool_id    = aws_cognito_user_pool.plain.id
}

resource "aws_cognito_user_pool_ui_customization" "all" {
  css          = ".label-customizable {color: ${local.later ? "green" : "blue"};}"
  image_file   = local.once ? local.image : null
  user_pool_id = aws_cognito_user_pool_domain.prefix.user_pool_id
}

resource "aws_cognito_user_pool_ui_customization" "client" {
  client_id    = aws_cognito_user_pool_client.full.id
  css          = ".banner-customizable {background-color: ${local.later ? "#123" : "#456"};}"
  user_pool_id = aws_cognito_user_pool_domain.prefix.user_pool_id
}

locals {
  image = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGPgOiGHFTEMLQkAbSE8AYBd5MkAAAAASUVORK5CYII="
}
