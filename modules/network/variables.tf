variable "account_id" {
  description = "The 12-digit AWS account of the VPC."
  type        = string
}

variable "availability_zones" {
  description = "Two zones of the Region; each gets a private subnet."
  type        = list(string)

  validation {
    condition     = length(distinct(var.availability_zones)) == 2 && length(var.availability_zones) == 2
    error_message = "availability_zones is two different zones, such as [\"eu-west-1a\", \"eu-west-1b\"]: MWAA takes exactly two subnets in two zones."
  }
  validation {
    condition     = alltrue([for zone in var.availability_zones : startswith(zone, var.region)])
    error_message = "availability_zones are zones of ${var.region}, such as ${var.region}a."
  }
}

variable "flow_logs_retention_in_days" {
  description = "How long the flow logs are kept, in days."
  type        = number
  default     = 365

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.flow_logs_retention_in_days
    )
    error_message = "flow_logs_retention_in_days is one that CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "interface_endpoints" {
  description = "Short names of services reached by interface endpoints, such as logs or airflow.api. Without NAT gateways MWAA needs seven of them; S3 always has its gateway endpoint."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for service in var.interface_endpoints : can(regex("^[a-z0-9]+([.-][a-z0-9]+)*$", service)) && !startswith(service, "com.amazonaws")])
    error_message = "interface_endpoints are the parts after com.amazonaws.REGION, such as logs, airflow.api or redshift-data."
  }
  validation {
    condition = var.nat_gateways != "none" || length(setsubtract(
      startswith(var.region, "cn-") ? local.required_endpoints : setunion(local.required_endpoints, ["airflow.ops"]),
      var.interface_endpoints
    )) == 0
    error_message = "interface_endpoints hold at least airflow.api, airflow.env, airflow.ops (not in China), kms, logs, monitoring and sqs where nat_gateways is none: MWAA reaches its services by nothing else."
  }
}

locals {
  required_endpoints = toset(["airflow.api", "airflow.env", "kms", "logs", "monitoring", "sqs"])
}

variable "kms_key" {
  description = "Customer managed key that encrypts the flow logs; null leaves it to CloudWatch."
  type        = object({ arn = string })
  default     = null
}

variable "name" {
  description = "Name of the VPC and first part of the names of what is in it."
  type        = string
}

variable "nat_gateways" {
  description = "How private subnets reach the internet: none, single, or per_az for one in each zone."
  type        = string
  default     = "single"

  validation {
    condition     = contains(["none", "single", "per_az"], var.nat_gateways)
    error_message = "nat_gateways is none, single or per_az."
  }
}

variable "region" {
  description = "AWS Region of the VPC."
  type        = string
}

variable "vpc_cidr" {
  description = "Address range of the VPC, /16 to /24. The private subnets take a quarter each."
  type        = string

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && can(regex("/(1[6-9]|2[0-4])$", var.vpc_cidr))
    error_message = "vpc_cidr is an IPv4 block from /16 to /24, such as 10.20.0.0/16."
  }
}
