# A VPC of its own, or one that somebody else made.
module "network" {
  source = "../modules/network"
  count  = var.network.existing == null ? 1 : 0

  account_id                  = var.account_id
  availability_zones          = var.network.availability_zones
  flow_logs_retention_in_days = var.network.flow_logs_retention_in_days
  interface_endpoints         = var.network.interface_endpoints
  kms_key                     = local.kms_key
  name                        = local.name
  nat_gateways                = var.network.nat_gateways
  region                      = var.region
  vpc_cidr                    = var.network.vpc_cidr
}

module "security_group" {
  source = "../modules/security-group"
  count  = length(local.given_security_group_ids) == 0 ? 1 : 0

  name   = "${local.name}-mwaa"
  vpc_id = local.vpc_id
}

locals {
  vpc_id     = var.network.existing == null ? module.network[0].vpc_id : var.network.existing.vpc_id
  subnet_ids = var.network.existing == null ? module.network[0].private_subnet_ids : var.network.existing.subnet_ids

  given_security_group_ids = flatten(var.network.existing[*].security_group_ids)
  security_group_ids       = length(local.given_security_group_ids) == 0 ? module.security_group[*].id : local.given_security_group_ids
}
