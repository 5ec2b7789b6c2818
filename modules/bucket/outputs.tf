output "arn" {
  description = "ARN of the bucket, once MWAA accepts it: versioned, encrypted and closed to the public."
  value       = aws_s3_bucket.this.arn

  depends_on = [
    aws_s3_bucket_policy.this,
    aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_versioning.this,
  ]
}

output "artifacts" {
  description = "Key and version of each uploaded artifact, by the names of var.artifacts. What is not uploaded is absent."
  value       = { for name, object in aws_s3_object.this : name => { path = object.key, version_id = object.version_id } }
}

output "name" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.bucket
}
