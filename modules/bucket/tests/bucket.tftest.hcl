# Every run is a plan, so mocked values may be known in it already.
mock_provider "aws" {
  source          = "../../tests/terraform/mocks"
  override_during = plan
}

variables {
  name    = "retail-dev-mwaa-111111111111-eu-west-1"
  kms_key = { arn = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000" }
}

run "mwaa_accepts_the_bucket" {
  command = plan

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "MWAA refuses a bucket without versioning."
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "MWAA refuses a bucket without all four flags of the public access block."
  }
  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).kms_master_key_id == var.kms_key.arn
    error_message = "The bucket is encrypted by the key of the environment."
  }
  assert {
    condition = one(jsondecode(aws_s3_bucket_policy.this.policy).Statement) == {
      Sid       = "DenyInsecureTransport"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::retail-dev-mwaa-111111111111-eu-west-1", "arn:aws:s3:::retail-dev-mwaa-111111111111-eu-west-1/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }
    error_message = "The bucket is reached by TLS only."
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 90
    error_message = "Replaced versions expire after 90 days by default."
  }
  assert {
    condition     = aws_s3_bucket.this.force_destroy == false && length(aws_s3_bucket_logging.this) == 0
    error_message = "Neither force_destroy nor access logs by default."
  }
}

run "without_key" {
  command = plan

  variables {
    access_log_bucket = "central-access-logs"
    kms_key           = null
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "Without a key, S3 encrypts by its own."
  }
  assert {
    condition     = aws_s3_bucket_logging.this["central-access-logs"].target_prefix == "retail-dev-mwaa-111111111111-eu-west-1/"
    error_message = "Access logs go to the named bucket, under this bucket's name."
  }
}

run "refuses_what_s3_would" {
  command = plan

  variables {
    name                               = "Retail.Dev"
    noncurrent_version_expiration_days = 0
  }

  expect_failures = [var.name, var.noncurrent_version_expiration_days]
}
