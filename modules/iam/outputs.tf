output "arn" {
  description = "ARN of the role, once it may do what MWAA checks when it creates an environment."
  value       = aws_iam_role.this.arn

  depends_on = [
    aws_iam_role_policy.documented,
    aws_iam_role_policy.services,
    aws_iam_role_policy_attachment.own,
  ]
}

output "name" {
  description = "Name of the role."
  value       = aws_iam_role.this.name
}
