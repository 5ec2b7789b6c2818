# What the acceptance tests of the AWS provider for aws_mwaa_environment set up, in one configuration: one VPC, one
# bucket, one role, and one environment per scenario, so that the steps of all scenarios run together.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  backend "s3" {}
}

variable "airflow_configuration_options" {
  description = "Options of the environment `options`; null leaves the argument out."
  type        = map(string)
  default     = null
}

variable "log_level" {
  description = "Level of all five logs of the environment `log`."
  type        = string
}

variable "logs_enabled" {
  description = "Whether the environment `log` logs."
  type        = bool
}

variable "plugins" {
  description = "Content of plugins.zip of the environment `full`."
  type        = string
}

data "aws_availability_zones" "available" {
  state = "available"
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["airflow.amazonaws.com", "airflow-env.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "execution" {
  statement {
    actions   = ["s3:GetObject*", "s3:GetBucket*", "s3:List*"]
    resources = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
  }

  statement {
    actions   = ["airflow:PublishMetrics"]
    resources = ["*"]
  }
}

resource "aws_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_subnet" "private" {
  count = 2

  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
  availability_zone = data.aws_availability_zones.available.names[count.index]
}

resource "aws_security_group" "this" {
  name   = "acceptance"
  vpc_id = aws_vpc.this.id

  ingress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
    self      = true
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_iam_role" "this" {
  name               = "acceptance"
  path               = "/service-role/"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "this" {
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.execution.json
}

resource "aws_s3_bucket" "this" {
  bucket        = "acceptance-${data.aws_caller_identity.current.account_id}"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_object" "plugins" {
  bucket  = aws_s3_bucket_versioning.this.bucket
  key     = "plugins.zip"
  content = var.plugins
}

resource "aws_s3_object" "requirements" {
  bucket  = aws_s3_bucket_versioning.this.bucket
  key     = "requirements.txt"
  content = ""
}

resource "aws_s3_object" "startup_script" {
  bucket  = aws_s3_bucket_versioning.this.bucket
  key     = "startup.sh"
  content = "airflow db init"
}

resource "aws_kms_key" "this" {
  description = "acceptance"
}

resource "aws_mwaa_environment" "basic" {
  name               = "basic"
  dag_s3_path        = "dags/"
  execution_role_arn = aws_iam_role.this.arn
  source_bucket_arn  = aws_s3_bucket.this.arn

  network_configuration {
    security_group_ids = [aws_security_group.this.id]
    subnet_ids         = aws_subnet.private[*].id
  }

  depends_on = [
    aws_iam_role_policy.this, aws_s3_bucket_public_access_block.this, aws_s3_bucket_versioning.this,
  ]
}

resource "aws_mwaa_environment" "options" {
  name                          = "options"
  airflow_configuration_options = var.airflow_configuration_options
  dag_s3_path                   = "dags/"
  execution_role_arn            = aws_iam_role.this.arn
  source_bucket_arn             = aws_s3_bucket.this.arn

  network_configuration {
    security_group_ids = [aws_security_group.this.id]
    subnet_ids         = aws_subnet.private[*].id
  }

  depends_on = [
    aws_iam_role_policy.this, aws_s3_bucket_public_access_block.this, aws_s3_bucket_versioning.this,
  ]
}

resource "aws_mwaa_environment" "log" {
  name               = "log"
  dag_s3_path        = "dags/"
  execution_role_arn = aws_iam_role.this.arn
  source_bucket_arn  = aws_s3_bucket.this.arn

  logging_configuration {
    dag_processing_logs {
      enabled   = var.logs_enabled
      log_level = var.log_level
    }

    scheduler_logs {
      enabled   = var.logs_enabled
      log_level = var.log_level
    }

    task_logs {
      enabled   = var.logs_enabled
      log_level = var.log_level
    }

    webserver_logs {
      enabled   = var.logs_enabled
      log_level = var.log_level
    }

    worker_logs {
      enabled   = var.logs_enabled
      log_level = var.log_level
    }
  }

  network_configuration {
    security_group_ids = [aws_security_group.this.id]
    subnet_ids         = aws_subnet.private[*].id
  }

  depends_on = [
    aws_iam_role_policy.this, aws_s3_bucket_public_access_block.this, aws_s3_bucket_versioning.this,
  ]
}

resource "aws_mwaa_environment" "full" {
  name                             = "full"
  airflow_version                  = "2.10.3"
  dag_s3_path                      = "dags/"
  endpoint_management              = "SERVICE"
  environment_class                = "mw1.medium"
  execution_role_arn               = aws_iam_role.this.arn
  kms_key                          = aws_kms_key.this.arn
  max_webservers                   = 3
  max_workers                      = 20
  min_webservers                   = 2
  min_workers                      = 15
  plugins_s3_object_version        = aws_s3_object.plugins.version_id
  plugins_s3_path                  = aws_s3_object.plugins.key
  requirements_s3_object_version   = aws_s3_object.requirements.version_id
  requirements_s3_path             = aws_s3_object.requirements.key
  schedulers                       = 3
  source_bucket_arn                = aws_s3_bucket.this.arn
  startup_script_s3_object_version = aws_s3_object.startup_script.version_id
  startup_script_s3_path           = aws_s3_object.startup_script.key
  webserver_access_mode            = "PUBLIC_ONLY"
  weekly_maintenance_window_start  = "SAT:03:00"

  airflow_configuration_options = {
    "core.default_task_retries" = "1"
    "core.parallelism"          = "16"
  }

  logging_configuration {
    dag_processing_logs {
      enabled   = true
      log_level = "INFO"
    }

    scheduler_logs {
      enabled   = true
      log_level = "WARNING"
    }

    task_logs {
      enabled   = true
      log_level = "ERROR"
    }

    webserver_logs {
      enabled   = true
      log_level = "CRITICAL"
    }

    worker_logs {
      enabled   = true
      log_level = "WARNING"
    }
  }

  network_configuration {
    security_group_ids = [aws_security_group.this.id]
    subnet_ids         = aws_subnet.private[*].id
  }

  tags = {
    Name        = "full"
    Environment = "production"
  }

  depends_on = [
    aws_iam_role_policy.this, aws_s3_bucket_public_access_block.this, aws_s3_bucket_versioning.this,
  ]
}
