output "nat_public_ips" {
  description = "Public addresses that DAGs call from, per zone. Empty without NAT gateways."
  value       = { for zone, address in aws_eip.nat : zone => address.public_ip }
}

output "private_subnet_ids" {
  description = "The two private subnets, once they reach what MWAA needs."
  value       = [for zone in local.zones : aws_subnet.private[zone].id]

  depends_on = [
    aws_route.private_to_nat,
    aws_route_table_association.private,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_ingress_rule.endpoints_https,
  ]
}

output "vpc_cidr" {
  description = "Address range of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "vpc_id" {
  description = "ID of the VPC."
  value       = aws_vpc.this.id
}
