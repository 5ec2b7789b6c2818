# The job that cleans the sales of one day. The DAG daily_retail_etl starts it.
data "aws_partition" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  dns_suffix = data.aws_partition.current.dns_suffix
  bucket_arn = "arn:${local.partition}:s3:::${var.bucket_name}"
  job_name   = "${var.environment_name}-clean-sales"
  script_key = "retail/scripts/clean_sales.py"
}

resource "aws_s3_object" "script" {
  #checkov:skip=CKV_AWS_186:Encrypted by the key of the environment, as the whole bucket; without one, S3 encrypts by its own.
  bucket       = var.bucket_name
  key          = local.script_key
  content_type = "text/x-python"
  kms_key_id   = one(var.kms_key[*].arn)
  source       = "${path.module}/scripts/clean_sales.py"
  source_hash  = filesha256("${path.module}/scripts/clean_sales.py")
}

resource "aws_glue_job" "clean_sales" {
  name                   = local.job_name
  description            = "Cleans the sales of one day for ${var.environment_name}."
  role_arn               = aws_iam_role.glue.arn
  glue_version           = "3.0"
  max_capacity           = 0.0625
  max_retries            = 0 # Airflow retries, and tells
  security_configuration = aws_glue_security_configuration.this.name
  timeout                = 40 # minutes; less than the task of the DAG

  command {
    name            = "pythonshell"
    python_version  = "3.9"
    script_location = "s3://${var.bucket_name}/${local.script_key}"
  }

  execution_property {
    max_concurrent_runs = 1
  }

  depends_on = [aws_iam_role_policy.glue, aws_s3_object.script]
}

resource "aws_glue_security_configuration" "this" {
  #checkov:skip=CKV_AWS_99:By the key of the environment. Without one Glue keeps nothing here, and bucket and logs are encrypted by AWS.
  name = local.job_name

  encryption_configuration {
    cloudwatch_encryption {
      cloudwatch_encryption_mode = var.kms_key == null ? "DISABLED" : "SSE-KMS"
      kms_key_arn                = one(var.kms_key[*].arn)
    }

    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = var.kms_key == null ? "DISABLED" : "CSE-KMS"
      kms_key_arn                   = one(var.kms_key[*].arn)
    }

    s3_encryption {
      s3_encryption_mode = var.kms_key == null ? "SSE-S3" : "SSE-KMS"
      kms_key_arn        = one(var.kms_key[*].arn)
    }
  }
}
