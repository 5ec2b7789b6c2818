output "id" {
  description = "ID of the group, once its rules are in place."
  value       = aws_security_group.this.id

  depends_on = [aws_vpc_security_group_egress_rule.all, aws_vpc_security_group_ingress_rule.self]
}
