# modules/retail with a warehouse, in a network and with a bucket of its own.
terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "base_capacity" {
  type = number
}

variable "with_key" {
  type = bool
}

provider "aws" {
  default_tags {
    tags = { owner = "data-platform" }
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_availability_zones" "available" {}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "this" {
  count = 3

  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = "10.0.${count.index}.0/24"
  vpc_id            = aws_vpc.this.id
}

resource "aws_s3_bucket" "this" {
  bucket        = "retail-warehouse-test"
  force_destroy = true
}

resource "aws_kms_key" "this" {
  count = var.with_key ? 1 : 0

  deletion_window_in_days = 7
}

module "retail" {
  source = "../retail"

  account_id       = data.aws_caller_identity.current.account_id
  bucket_name      = aws_s3_bucket.this.id
  environment_name = "retail-test"
  kms_key          = one([for key in aws_kms_key.this : { arn = key.arn }])
  region           = data.aws_region.current.name
  vpc_id           = aws_vpc.this.id

  redshift = {
    base_capacity = var.base_capacity
    subnet_ids    = aws_subnet.this[*].id
  }
}

output "workgroup_name" {
  value = module.retail.workgroup_name
}
