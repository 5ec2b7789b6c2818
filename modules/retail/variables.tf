variable "account_id" {
  description = "The 12-digit AWS account of the environment."
  type        = string
}

variable "bucket_name" {
  description = "Name of the environment's bucket; the sales lie under retail/ in it."
  type        = string
}

variable "environment_name" {
  description = "Name of the MWAA environment: every name here begins with it, and the DAG's startup script relies on that."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,49}$", var.environment_name))
    error_message = "environment_name is at most 50 small letters, digits and hyphens, so that names made of it fit."
  }
}

variable "kms_key" {
  description = "Customer managed key of the environment; null where AWS owns the key."
  type        = object({ arn = string })
  default     = null
}

variable "notification_emails" {
  description = "Addresses that hear about every run. Each has to confirm once."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.notification_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "notification_emails are e-mail addresses, such as data-platform@example.com."
  }
}

variable "redshift" {
  description = "Redshift Serverless to load into, in the VPC's subnets: AWS wants three, in three zones. Null for none."
  type = object({
    base_capacity = optional(number, 8)
    database      = optional(string, "retail")
    subnet_ids    = list(string)
  })
  default = null

  validation {
    condition     = contains(range(8, 513, 8), try(var.redshift.base_capacity, 8))
    error_message = "redshift.base_capacity is 8 to 512 RPUs in steps of 8."
  }
  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,63}$", try(var.redshift.database, "retail")))
    error_message = "redshift.database is 1 to 64 small letters, digits and underscores that begin with a letter."
  }
  validation {
    condition     = var.redshift == null || length(try(var.redshift.subnet_ids, [])) >= 3
    error_message = "redshift.subnet_ids are at least three subnets in three Availability Zones, as Redshift Serverless wants them."
  }
}

variable "region" {
  description = "AWS Region of the environment."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the environment, where the security group of Redshift is made."
  type        = string
}
