# Environments like prod: large, private, in zones of their own; and one in a VPC and with a key that are there already.
mock_provider "aws" {
  source          = "../tests/terraform/mocks"
  override_during = plan
}

variables {
  account_id  = "333333333333"
  environment = "prod"
  project     = "retail"
  region      = "eu-west-1"

  bucket     = { name = "retail-prod-mwaa-333333333333-eu-west-1", noncurrent_version_expiration_days = 365 }
  monitoring = { notification_emails = ["on-call@example.com"], queued_tasks_threshold = 100 }
  mwaa       = { airflow_version = "2.10.3", environment_class = "mw1.large", schedulers = 3, min_workers = 2, max_workers = 15 }
  network    = { vpc_cidr = "10.30.0.0/16", availability_zones = ["eu-west-1a", "eu-west-1b"], nat_gateways = "per_az" }
}

run "joins_the_modules" {
  command = plan

  assert {
    condition     = join(" ", keys(output.nat_public_ips)) == "eu-west-1a eu-west-1b"
    error_message = "Each zone has a NAT gateway."
  }
  assert {
    condition     = output.alarm_topic_arn == "arn:aws:sns:eu-west-1:111111111111:mock" && length(module.monitoring.alarm_arns) == 5
    error_message = "Alarms notify the new topic."
  }
}

run "lives_in_an_existing_vpc" {
  command = plan

  variables {
    encryption     = { kms_key = "arn:aws:kms:eu-west-1:333333333333:key/11111111-1111-1111-1111-111111111111" }
    execution_role = { services = { sns = { topics = ["alerts"] } } }
    network = {
      existing = { vpc_id = "vpc-0aaaaaaaaaaaaaaaa", subnet_ids = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"] }
    }
  }

  assert {
    condition     = length(module.network) == 0 && length(module.security_group) == 1 && output.vpc_id == "vpc-0aaaaaaaaaaaaaaaa"
    error_message = "In an existing VPC only the security group is made."
  }
  assert {
    condition     = local.subnet_ids == tolist(["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]) && output.nat_public_ips == {}
    error_message = "The environment runs in the given subnets."
  }
  assert {
    condition     = length(module.kms) == 0 && output.kms_key_arn == "arn:aws:kms:eu-west-1:333333333333:key/11111111-1111-1111-1111-111111111111"
    error_message = "An own key is used, and none is made."
  }
}

run "takes_given_security_groups" {
  command = plan

  variables {
    network = {
      existing = {
        security_group_ids = ["sg-0aaaaaaaaaaaaaaaa"]
        subnet_ids         = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]
        vpc_id             = "vpc-0aaaaaaaaaaaaaaaa"
      }
    }
  }

  assert {
    condition     = length(module.security_group) == 0 && local.security_group_ids == tolist(["sg-0aaaaaaaaaaaaaaaa"])
    error_message = "Given security groups replace our own."
  }
}

run "refuses_a_key_of_another_region" {
  command = plan

  variables {
    encryption = { kms_key = "arn:aws:kms:us-east-1:333333333333:key/11111111-1111-1111-1111-111111111111" }
  }

  expect_failures = [var.encryption]
}
