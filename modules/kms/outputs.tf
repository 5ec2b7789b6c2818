output "alias" {
  description = "Alias of the key, for people. MWAA itself takes only the ARN."
  value       = aws_kms_alias.this.name
}

output "arn" {
  description = "ARN of the key."
  value       = aws_kms_key.this.arn
}
