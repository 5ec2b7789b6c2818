"""The same checks on Terraform code, where values may not be known."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaactl.policies.rules import RULES
from unit.policies.plans import protected, scan_source

ALL = [rule.id for rule in RULES]

ENVIRONMENT = """
resource "aws_mwaa_environment" "this" {
  name                  = "retail-prod"
  airflow_version       = "2.10.3"
  environment_class     = "mw1.large"
  requirements_s3_path  = "requirements.txt"
  %s
  logging_configuration {
    task_logs {
      enabled   = %s
      log_level = "INFO"
    }
  }
}
"""

VARIABLES = """
variable "name" { type = string }
variable "enabled" { type = bool }
variable "document" { type = string }
"""

UNRESOLVED = (
    VARIABLES
    + """
locals { statements = [for one in var.document : one] }

resource "aws_mwaa_environment" "this" {
  name                          = var.name
  airflow_version               = var.name
  airflow_configuration_options = { "smtp.smtp_password" = var.name }
  environment_class             = var.name
  kms_key                       = one(var.name[*].arn)
  plugins_s3_path               = var.name
  max_workers                   = coalesce(var.name, 3)
  schedulers                    = var.name
  min_webservers                = local.statements[0]
  webserver_access_mode         = var.name
  logging_configuration {
    dag_processing_logs {
      enabled   = var.enabled
      log_level = var.name
    }
    task_logs {
      enabled   = var.enabled
      log_level = var.name
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name       = "airflow-${var.name}-Task"
  kms_key_id = var.name
}

resource "aws_iam_role" "this" {
  name               = "retail-prod-execution"
  assume_role_policy = var.document
}

resource "aws_iam_role_policy" "this" {
  role   = aws_iam_role.this.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

resource "aws_vpc_endpoint" "this" {
  vpc_endpoint_type   = "Interface"
  service_name        = var.name
  private_dns_enabled = var.enabled
}

resource "aws_s3_bucket" "this" {
  bucket        = var.name
  force_destroy = var.enabled
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = var.document
}

resource "aws_kms_key" "this" {
  deletion_window_in_days = var.name
}

resource "aws_cloudwatch_metric_alarm" "this" {
  alarm_actions = var.name
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id = var.name
  cidr_ipv4         = var.name
}
"""
)

FAILING = """
resource "aws_iam_role" "this" {
  name               = "x"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "airflow-env.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "this" {
  role   = aws_iam_role.this.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}

resource "aws_vpc_endpoint" "this" {
  vpc_endpoint_type = "Interface"
  service_name      = "com.amazonaws.eu-west-1.sqs"
}
"""


def told(folder: Path, code: str) -> dict[tuple[str, str], str]:
    """What each check says of each resource."""
    records = scan_source(folder, code, ALL, protected())
    return {(one.check_id, one.resource): one.check_result["result"].value for one in records}


def test_source_with_unresolved_values_tells_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, UNRESOLVED) == {}


@pytest.mark.parametrize(("enabled", "result"), [("true", "PASSED"), ("false", "FAILED")])
def test_source_with_a_literal_tells_what_it_shows(enabled: str, result: str, tmp_path: Path) -> None:
    found = told(tmp_path, ENVIRONMENT % ("", enabled))
    assert found["CKV_MWAA_2", "aws_mwaa_environment.this"] == result
    assert found["CKV_MWAA_1", "aws_mwaa_environment.this"] == "FAILED", "not set is off"


@pytest.mark.parametrize(
    ("line", "result"), [("", "FAILED"), ('requirements_s3_object_version = "1"', "PASSED")], ids=["unset", "set"]
)
def test_source_tells_whether_artifacts_are_pinned(line: str, result: str, tmp_path: Path) -> None:
    assert told(tmp_path, ENVIRONMENT % (line, "true"))["CKV_MWAA_24", "aws_mwaa_environment.this"] == result


def test_source_with_wrong_role_and_endpoint_fails(tmp_path: Path) -> None:
    assert told(tmp_path, FAILING) == {
        ("CKV_MWAA_9", "aws_iam_role_policy.this"): "FAILED",
        ("CKV_MWAA_10", "aws_iam_role_policy.this"): "FAILED",
        ("CKV_MWAA_11", "aws_iam_role.this"): "FAILED",
        ("CKV_MWAA_17", "aws_vpc_endpoint.this"): "FAILED",
    }
