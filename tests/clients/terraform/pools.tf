# Pools: one with a name alone, one with everything, one that sets its texts the old way.

resource "aws_cognito_user_pool" "plain" {
  name = "${var.name}-plain"
}

resource "aws_cognito_user_pool" "full" {
  name                     = "${var.name}-full"
  alias_attributes         = ["email", "preferred_username"]
  auto_verified_attributes = local.later ? ["email"] : ["email", "phone_number"]
  deletion_protection      = local.later ? "INACTIVE" : "ACTIVE"
  mfa_configuration        = local.later ? "ON" : "OPTIONAL"
  user_pool_tier           = "PLUS"

  sms_authentication_message = "Your code is {####}"

  account_recovery_setting {
    recovery_mechanism {
      name     = local.later ? "admin_only" : "verified_email"
      priority = 1
    }
    dynamic "recovery_mechanism" {
      for_each = local.later ? [] : ["verified_phone_number"]
      content {
        name     = recovery_mechanism.value
        priority = 2
      }
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = local.later
    invite_message_template {
      email_message = "{username}, your password is {####}"
      email_subject = local.later ? "Come in" : "Welcome"
      sms_message   = "{username} {####}"
    }
  }

  device_configuration {
    challenge_required_on_new_device      = true
    device_only_remembered_on_user_prompt = local.later
  }

  email_configuration {
    email_sending_account = "DEVELOPER"
    from_email_address    = "Shop <shop@example.com>"
    source_arn            = "arn:aws:ses:us-east-1:123456789012:identity/shop@example.com"
  }

  lambda_config {
    kms_key_id         = "arn:aws:kms:us-east-1:123456789012:key/1"
    pre_sign_up        = "arn:aws:lambda:us-east-1:123456789012:function:check"
    post_confirmation  = local.later ? null : "arn:aws:lambda:us-east-1:123456789012:function:greet"
    user_migration     = "arn:aws:lambda:us-east-1:123456789012:function:move"
    custom_message     = "arn:aws:lambda:us-east-1:123456789012:function:write"
    pre_authentication = "arn:aws:lambda:us-east-1:123456789012:function:ask"
    custom_email_sender {
      lambda_arn     = "arn:aws:lambda:us-east-1:123456789012:function:mail"
      lambda_version = "V1_0"
    }
    pre_token_generation_config {
      lambda_arn     = "arn:aws:lambda:us-east-1:123456789012:function:claims${var.stage}"
      lambda_version = "V2_0"
    }
  }

  password_policy {
    minimum_length                   = local.later ? 12 : 10
    password_history_size            = 2
    require_lowercase                = true
    require_numbers                  = true
    require_symbols                  = false
    require_uppercase                = true
    temporary_password_validity_days = 3
  }

  schema {
    name                = "email"
    attribute_data_type = "String"
    required            = true
    mutable             = true
    string_attribute_constraints {
      min_length = 0
      max_length = 2048
    }
  }
  schema {
    name                = "plan"
    attribute_data_type = "String"
    mutable             = true
    string_attribute_constraints {
      min_length = 1
      max_length = 20
    }
  }
  schema {
    name                = "seat"
    attribute_data_type = "Number"
    mutable             = false
    number_attribute_constraints {
      min_value = 1
      max_value = 500
    }
  }
  dynamic "schema" {
    for_each = local.later ? ["since"] : []
    content {
      name                = schema.value
      attribute_data_type = "DateTime"
      mutable             = true
    }
  }

  sign_in_policy {
    allowed_first_auth_factors = local.later ? ["PASSWORD"] : ["PASSWORD", "EMAIL_OTP"]
  }

  sms_configuration {
    external_id    = "shop"
    sns_caller_arn = "arn:aws:iam::123456789012:role/sns"
    sns_region     = "us-east-1"
  }

  software_token_mfa_configuration {
    enabled = true
  }

  tags = local.later ? { team = "green", cost = "1" } : { team = "blue", stage = "dev" }

  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  user_pool_add_ons {
    advanced_security_mode = local.later ? "ENFORCED" : "AUDIT"
  }

  username_configuration {
    case_sensitive = false
  }

  verification_message_template {
    default_email_option  = local.later ? "CONFIRM_WITH_CODE" : "CONFIRM_WITH_LINK"
    email_message         = local.later ? "New: {####}" : "Code: {####}"
    email_message_by_link = "Confirm {##here##}"
    email_subject         = "Confirm"
    email_subject_by_link = "Confirm by a link"
    sms_message           = "Code: {####}"
  }

  web_authn_configuration {
    relying_party_id  = "shop.example.com"
    user_verification = local.later ? "required" : "preferred"
  }
}

# Texts in the flat form, of which one is a heredoc; tags that are there while something else changes.
resource "aws_cognito_user_pool" "texts" {
  name                       = "${var.name}-texts"
  username_attributes        = ["email"]
  email_verification_message = local.later ? "New: {####}" : "Code: {####}"
  email_verification_subject = local.later ? "New" : "Code"
  sms_verification_message   = <<-TEXT
    ${local.later ? "New" : "Code"}:
    {####}
  TEXT
  tags                       = { team = "blue" }

  email_mfa_configuration {
    message = local.later ? "New code: {####}" : "Code: {####}"
    subject = "Code"
  }
  mfa_configuration = "OPTIONAL"

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
    recovery_mechanism {
      name     = "verified_phone_number"
      priority = 2
    }
  }

  email_configuration {
    email_sending_account = "DEVELOPER"
    source_arn            = "arn:aws:ses:us-east-1:123456789012:identity/shop@example.com"
  }
}

data "aws_cognito_user_pool" "full" {
  user_pool_id = aws_cognito_user_pool.full.id
}

data "aws_cognito_user_pools" "plain" {
  name = aws_cognito_user_pool.plain.name
}

data "aws_cognito_user_pool_signing_certificate" "plain" {
  user_pool_id = aws_cognito_user_pool.plain.id
}
