locals {
  nat_zones = {
    none   = []
    single = slice(local.zones, 0, 1)
    per_az = local.zones
  }[var.nat_gateways]

  # Zone of a private subnet => zone of the NAT gateway that it uses. Empty without NAT gateways.
  nat_zone_of = {
    for zone in local.zones : zone => contains(local.nat_zones, zone) ? zone : local.nat_zones[0]
    if length(local.nat_zones) > 0
  }
}

# Only NAT gateways live here, so there is a public subnet just where there is one of them.
resource "aws_subnet" "public" {
  for_each = toset(local.nat_zones)

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = local.blocks[each.key].public
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_internet_gateway" "this" {
  count = min(1, length(local.nat_zones))

  vpc_id = aws_vpc.this.id

  tags = { Name = var.name }
}

resource "aws_route_table" "public" {
  count = min(1, length(local.nat_zones))

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-public" }
}

resource "aws_route" "public_to_internet" {
  count = min(1, length(local.nat_zones))

  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_route_table_association" "public" {
  for_each = toset(local.nat_zones)

  subnet_id      = aws_subnet.public[each.key].id
  route_table_id = aws_route_table.public[0].id
}

resource "aws_eip" "nat" {
  for_each = toset(local.nat_zones)

  domain = "vpc"

  tags = { Name = "${var.name}-nat-${each.key}" }

  # An address cannot be mapped before the VPC has its gateway.
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each = toset(local.nat_zones)

  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.public[each.key].id

  tags = { Name = "${var.name}-${each.key}" }

  depends_on = [aws_route.public_to_internet]
}
