locals {
  # In China these carry another prefix than the rest. Of CDK's list, what DAGs and MWAA use.
  china_prefixed = [
    "athena", "batch", "ec2", "ecr.api", "ecr.dkr", "eks", "emr-containers", "execute-api", "lambda", "monitoring", "rds",
    "redshift", "redshift-data", "sagemaker.api", "sagemaker.runtime", "sqs", "states", "sts",
  ]

  service_names = {
    for service in var.interface_endpoints : service => join(".", [
      contains(local.china_prefixed, service) ? data.aws_partition.current.reverse_dns_prefix : "com.amazonaws",
      var.region,
      service,
    ])
  }
}

# Free, and keeps DAGs, artifacts and data off the NAT gateways.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for table in aws_route_table.private : table.id]

  tags = { Name = "${var.name}-s3" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.service_names

  vpc_id              = aws_vpc.this.id
  service_name        = each.value
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoints[0].id]
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_security_group" "endpoints" {
  count = min(1, length(local.service_names))

  name        = "${var.name}-endpoints"
  description = "Interface endpoints: HTTPS from the VPC."
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_https" {
  count = min(1, length(local.service_names))

  description       = "HTTPS from the VPC."
  security_group_id = aws_security_group.endpoints[0].id
  cidr_ipv4         = var.vpc_cidr
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
