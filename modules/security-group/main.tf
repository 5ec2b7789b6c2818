# MWAA's schedulers, workers, web servers and database find each other through this one group.
resource "aws_security_group" "this" {
  #checkov:skip=CKV_AWS_382:DAGs call services that only their authors know; MWAA documents the rule below, which a refreshed plan shows on the group.
  #checkov:skip=CKV2_AWS_5:The environment uses it; checkov does not follow it through the root module.
  name        = var.name
  description = "MWAA environment: everything within the group, and out."
  vpc_id      = var.vpc_id

  tags = { Name = var.name }
}

resource "aws_vpc_security_group_ingress_rule" "self" {
  description                  = "Everything from members of this group."
  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_egress_rule" "all" {
  description       = "Everything out."
  security_group_id = aws_security_group.this.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}
