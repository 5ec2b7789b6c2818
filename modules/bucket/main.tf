resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:Access logging needs a bucket of the account; name it in access_log_bucket.
  #checkov:skip=CKV_AWS_144:DAGs live in git and every release can be published again; a copy in another Region serves no one.
  #checkov:skip=CKV_AWS_145:AES256 only where no customer key is wanted; MWAA then encrypts by keys that AWS owns.
  #checkov:skip=CKV2_AWS_62:MWAA polls the bucket; there is nobody to notify.
  bucket        = var.name
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  # MWAA refuses a bucket without it.
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = var.kms_key != null

    apply_server_side_encryption_by_default {
      kms_master_key_id = one(var.kms_key[*].arn)
      sse_algorithm     = var.kms_key == null ? "AES256" : "aws:kms"
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  for_each = toset(var.access_log_bucket[*])

  bucket        = aws_s3_bucket.this.id
  target_bucket = each.value
  target_prefix = "${var.name}/"
}
