# All that Terraform's provider has for user pools and Poolhouse builds. `stage` is 1 at first; 2 changes what can be
# changed in place. scene.py applies it.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "endpoint" {}
variable "name" {}
variable "saml_metadata" {}
variable "stage" { type = number }
variable "imported" { default = false }

locals {
  later = var.stage == 2
  # Arguments that no read shows are not in a state that was imported.
  once = !var.imported
}

provider "aws" {
  region                      = "us-east-1"
  skip_credentials_validation = true # no request to STS
  skip_requesting_account_id  = true # nor to IAM
  skip_metadata_api_check     = true # nor to a machine's metadata
  endpoints {
    cognitoidp = var.endpoint
  }
}
