# Every run is a plan, so mocked values may be known in it already.
mock_provider "aws" {
  source          = "../../tests/terraform/mocks"
  override_during = plan
}

variables {
  name   = "retail-dev-mwaa"
  vpc_id = "vpc-0123456789abcdef0"
}

run "members_reach_each_other_and_out" {
  command = plan

  assert {
    condition     = aws_vpc_security_group_ingress_rule.self.referenced_security_group_id == aws_security_group.this.id && aws_vpc_security_group_ingress_rule.self.ip_protocol == "-1"
    error_message = "Without the rule to itself, MWAA's components do not find each other."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.self.cidr_ipv4 == null
    error_message = "Nobody outside of the group comes in."
  }
  assert {
    condition     = aws_vpc_security_group_egress_rule.all.cidr_ipv4 == "0.0.0.0/0"
    error_message = "DAGs reach what they call."
  }
  assert {
    condition     = output.id == aws_security_group.this.id
    error_message = "The output is the group."
  }
}

run "refuses_names_that_ec2_would" {
  command = plan

  variables {
    name   = "sg-mine"
    vpc_id = "subnet-0123456789abcdef0"
  }

  expect_failures = [var.name, var.vpc_id]
}
