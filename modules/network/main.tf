data "aws_partition" "current" {}

locals {
  # Sorted, so that the order in the list never moves an address range to another zone.
  zones = sort(var.availability_zones)

  # Private subnets take the first two quarters, public ones two small blocks of the last: the rest stays free.
  blocks = {
    for index, zone in local.zones : zone => {
      private = cidrsubnet(var.vpc_cidr, 2, index)
      public  = cidrsubnet(var.vpc_cidr, 4, 12 + index)
    }
  }
}

resource "aws_vpc" "this" {
  cidr_block = var.vpc_cidr

  # Both are needed for the private names of the endpoints.
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = { Name = var.name }
}

# Without rules: whatever lands in it by accident reaches nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-default-unused" }
}
