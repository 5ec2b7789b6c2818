output "objects" {
  description = "Key and version of each uploaded artifact, by the names of var.artifacts. What is not uploaded is absent."
  value       = { for name, object in aws_s3_object.this : name => { path = object.key, version_id = object.version_id } }
}
