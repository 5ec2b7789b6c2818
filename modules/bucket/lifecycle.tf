resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "expire-old-versions"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    expiration {
      expired_object_delete_marker = true
    }

    # No rollback depends on it: what a release replaces is copied to .mwaactl/contents/, where nothing is replaced.
    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_version_expiration_days
    }
  }

  # S3 wants rules on noncurrent versions only once versions exist.
  depends_on = [aws_s3_bucket_versioning.this]
}
