# What the provider would answer, as far as random strings would not do: valid ARNs and IDs. Subnets are left out: one
# ID for two of them is one subnet too few for MWAA.

mock_data "aws_partition" {
  defaults = {
    dns_suffix         = "amazonaws.com"
    partition          = "aws"
    reverse_dns_prefix = "com.amazonaws"
  }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:eu-west-1:111111111111:log-group:mock" }
}

mock_resource "aws_cloudwatch_metric_alarm" {
  defaults = { arn = "arn:aws:cloudwatch:eu-west-1:111111111111:alarm:mock" }
}

mock_resource "aws_iam_policy" {
  defaults = { arn = "arn:aws:iam::111111111111:policy/mock" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::111111111111:role/mock" }
}

mock_resource "aws_kms_key" {
  defaults = {
    arn    = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000"
    key_id = "00000000-0000-0000-0000-000000000000"
  }
}

mock_resource "aws_mwaa_environment" {
  defaults = {
    arn           = "arn:aws:airflow:eu-west-1:111111111111:environment/mock"
    status        = "AVAILABLE"
    webserver_url = "mock.c1.eu-west-1.airflow.amazonaws.com"
  }
}

mock_resource "aws_nat_gateway" {
  defaults = { id = "nat-0123456789abcdef0" }
}

mock_resource "aws_s3_bucket" {
  defaults = { arn = "arn:aws:s3:::mock" }
}

mock_resource "aws_s3_object" {
  defaults = { version_id = "mock-version" }
}

mock_resource "aws_security_group" {
  defaults = { id = "sg-0123456789abcdef0" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:eu-west-1:111111111111:mock" }
}

mock_resource "aws_vpc" {
  defaults = {
    default_security_group_id = "sg-0123456789abcdef1"
    id                        = "vpc-0123456789abcdef0"
  }
}
