# Every run is a plan, so mocked values may be known in it already.
mock_provider "aws" {
  source          = "../../tests/terraform/mocks"
  override_during = plan
}

variables {
  account_id         = "111111111111"
  availability_zones = ["eu-west-1b", "eu-west-1a"]
  name               = "retail-dev"
  region             = "eu-west-1"
  vpc_cidr           = "10.10.0.0/16"
}

run "one_nat_gateway_serves_both_zones" {
  command = plan

  assert {
    condition     = { for zone, subnet in aws_subnet.private : zone => subnet.cidr_block } == { eu-west-1a = "10.10.0.0/18", eu-west-1b = "10.10.64.0/18" }
    error_message = "Private subnets take the first two quarters, by the order of the zones' names."
  }
  assert {
    condition     = { for zone, subnet in aws_subnet.public : zone => subnet.cidr_block } == { eu-west-1a = "10.10.192.0/20" }
    error_message = "There is a public subnet only where there is a NAT gateway."
  }
  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-west-1a"] && length(aws_internet_gateway.this) == 1
    error_message = "nat_gateways = single makes one NAT gateway in the first zone."
  }
  assert {
    condition     = alltrue([for route in aws_route.private_to_nat : route.nat_gateway_id == aws_nat_gateway.this["eu-west-1a"].id]) && length(aws_route.private_to_nat) == 2
    error_message = "Both private subnets go out by the one NAT gateway."
  }
  assert {
    condition     = alltrue([for route in aws_route.private_to_nat : route.gateway_id == null || route.gateway_id == ""])
    error_message = "A private subnet has a route to the internet gateway: MWAA refuses to run there."
  }
  assert {
    condition     = aws_vpc.this.enable_dns_support && aws_vpc.this.enable_dns_hostnames
    error_message = "Private names of endpoints need both DNS attributes."
  }
  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" && length(aws_vpc_endpoint.s3.route_table_ids) > 0
    error_message = "S3 has its gateway endpoint always."
  }
  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0 && length(aws_security_group.endpoints) == 0
    error_message = "There is no interface endpoint that nobody asked for."
  }
  assert {
    condition     = keys(output.nat_public_ips) == ["eu-west-1a"] && length(output.private_subnet_ids) == 2
    error_message = "Outputs name the NAT address and the two subnets."
  }
}

run "one_nat_gateway_in_each_zone" {
  command = plan

  variables {
    nat_gateways = "per_az"
    vpc_cidr     = "10.10.0.0/24"
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-west-1a", "eu-west-1b"]
    error_message = "per_az makes a NAT gateway in each zone."
  }
  assert {
    condition     = local.nat_zone_of == { eu-west-1a = "eu-west-1a", eu-west-1b = "eu-west-1b" }
    error_message = "Each private subnet goes out in its own zone."
  }
  assert {
    condition     = [for subnet in aws_subnet.public : subnet.cidr_block] == ["10.10.0.192/28", "10.10.0.208/28"]
    error_message = "Public subnets fit a /24."
  }
}

run "private_routing_has_endpoints_and_no_way_out" {
  command = plan

  variables {
    nat_gateways        = "none"
    interface_endpoints = ["airflow.api", "airflow.env", "airflow.ops", "kms", "logs", "monitoring", "sqs"]
    kms_key             = { arn = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000" }
  }

  assert {
    condition     = length(aws_internet_gateway.this) == 0 && length(aws_subnet.public) == 0 && length(aws_route.private_to_nat) == 0
    error_message = "Without NAT gateways there is nothing public at all."
  }
  assert {
    condition     = aws_vpc_endpoint.interface["airflow.api"].service_name == "com.amazonaws.eu-west-1.airflow.api" && alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled])
    error_message = "Endpoints have the service's name and private DNS."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoints_https[0].cidr_ipv4 == var.vpc_cidr && aws_vpc_security_group_ingress_rule.endpoints_https[0].from_port == 443
    error_message = "Endpoints take HTTPS from the VPC only."
  }
  assert {
    condition     = aws_cloudwatch_log_group.flow_logs.kms_key_id == var.kms_key.arn
    error_message = "Flow logs are encrypted by the key."
  }
}

run "china_has_other_names" {
  command = plan

  variables {
    availability_zones  = ["cn-north-1a", "cn-north-1b"]
    interface_endpoints = ["airflow.api", "airflow.env", "kms", "logs", "monitoring", "sqs"]
    nat_gateways        = "none"
    region              = "cn-north-1"
  }
  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn", dns_suffix = "amazonaws.com.cn", reverse_dns_prefix = "cn.com.amazonaws" }
  }

  assert {
    condition     = aws_vpc_endpoint.interface["sqs"].service_name == "cn.com.amazonaws.cn-north-1.sqs" && aws_vpc_endpoint.interface["logs"].service_name == "com.amazonaws.cn-north-1.logs"
    error_message = "In China some services carry another prefix, and some do not."
  }
  assert {
    condition     = strcontains(aws_iam_role_policy.flow_logs.policy, "arn:aws-cn:logs:cn-north-1:")
    error_message = "ARNs name the partition."
  }
}

run "refuses_what_mwaa_would" {
  command = plan

  variables {
    availability_zones          = ["eu-west-1a", "eu-west-1a"]
    flow_logs_retention_in_days = 100
    interface_endpoints         = ["logs"]
    nat_gateways                = "none"
    vpc_cidr                    = "10.10.0.0/28"
  }

  expect_failures = [
    var.availability_zones,
    var.flow_logs_retention_in_days,
    var.interface_endpoints,
    var.vpc_cidr,
  ]
}

run "refuses_unknown_nat_and_foreign_zones" {
  command = plan

  variables {
    availability_zones = ["us-east-1a", "us-east-1b"]
    nat_gateways       = "two"
  }

  expect_failures = [var.availability_zones, var.nat_gateways]
}
