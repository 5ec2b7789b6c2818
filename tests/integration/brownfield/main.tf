# An environment that a team made by plain Terraform, with names of its own, long before mwaactl.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

locals {
  name = "Team_Airflow-PROD"
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

resource "aws_vpc" "office" {
  cidr_block = "172.20.0.0/16"
}

resource "aws_subnet" "office" {
  for_each = { a = 0, b = 1 }

  availability_zone = "${data.aws_region.current.name}${each.key}"
  cidr_block        = cidrsubnet(aws_vpc.office.cidr_block, 8, each.value)
  vpc_id            = aws_vpc.office.id
}

resource "aws_security_group" "office" {
  name   = "old-airflow"
  vpc_id = aws_vpc.office.id

  ingress {
    from_port = 0
    protocol  = "-1"
    self      = true
    to_port   = 0
  }
}

resource "aws_iam_role" "office" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["airflow.amazonaws.com", "airflow-env.amazonaws.com"] }
    }]
  })
  name = "AirflowTasks"
  path = "/team/"
}

resource "aws_iam_role_policy" "office" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
  role = aws_iam_role.office.id
}

resource "aws_kms_key" "office" {
  description = "of the team"
}

resource "aws_s3_bucket" "office" {
  bucket = "team.airflow.${data.aws_caller_identity.current.account_id}"
}

resource "aws_s3_bucket_versioning" "office" {
  bucket = aws_s3_bucket.office.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "office" {
  block_public_acls       = true
  block_public_policy     = true
  bucket                  = aws_s3_bucket.office.id
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_object" "office" {
  for_each = {
    "config/reqs-v7.txt"          = "pandas==2.1.4\n"
    "config/boot.sh"              = "export TEAM=office\n"
    "airflow/dags/nightly.py"     = "from airflow import DAG\n"
    "airflow/dags/lib/helpers.py" = "ANSWER = 42\n"
  }

  bucket  = aws_s3_bucket_versioning.office.bucket
  content = each.value
  key     = each.key
}

resource "aws_cloudwatch_log_group" "office" {
  for_each = { Scheduler = 30, Task = 90 }

  kms_key_id        = aws_kms_key.office.arn
  name              = "airflow-${local.name}-${each.key}"
  retention_in_days = each.value
}

resource "aws_mwaa_environment" "office" {
  airflow_configuration_options    = { "core.default_task_retries" = "3", "core.default_timezone" = "utc" }
  airflow_version                  = "2.9.2"
  dag_s3_path                      = "airflow/dags"
  environment_class                = "mw1.medium"
  execution_role_arn               = aws_iam_role.office.arn
  kms_key                          = aws_kms_key.office.arn
  max_workers                      = 7
  min_workers                      = 2
  name                             = local.name
  requirements_s3_object_version   = aws_s3_object.office["config/reqs-v7.txt"].version_id
  requirements_s3_path             = "config/reqs-v7.txt"
  schedulers                       = 3
  source_bucket_arn                = aws_s3_bucket.office.arn
  startup_script_s3_object_version = aws_s3_object.office["config/boot.sh"].version_id
  startup_script_s3_path           = "config/boot.sh"
  tags                             = { Owner = "the-office", managed-by = "terraform" }
  webserver_access_mode            = "PUBLIC_ONLY"
  weekly_maintenance_window_start  = "TUE:21:30"

  logging_configuration {
    scheduler_logs {
      enabled   = true
      log_level = "ERROR"
    }
    task_logs {
      enabled   = true
      log_level = "DEBUG"
    }
  }

  network_configuration {
    security_group_ids = [aws_security_group.office.id]
    subnet_ids         = values(aws_subnet.office)[*].id
  }

  depends_on = [aws_cloudwatch_log_group.office, aws_iam_role_policy.office]
}
