variable "account_id" {
  description = "The 12-digit AWS account of the environment."
  type        = string
}

variable "bucket_arn" {
  description = "ARN of the bucket of DAGs and artifacts."
  type        = string
}

variable "environment_name" {
  description = "Name of the MWAA environment that the role runs."
  type        = string
}

variable "kms_key" {
  description = "Customer managed key of the environment; null where AWS owns the key."
  type        = object({ arn = string })
  default     = null
}

variable "name" {
  description = "Name of the role, at most 64 characters."
  type        = string

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.name))
    error_message = "name is 1 to 64 letters, digits and _+=,.@- as IAM takes them."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds the role; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^arn:aws(-[a-z]+)*:iam::([0-9]{12}|aws):policy/", var.permissions_boundary))
    error_message = "permissions_boundary is the ARN of an IAM policy, such as arn:aws:iam::111111111111:policy/boundary."
  }
}

variable "policies" {
  description = "Own IAM policy documents as JSON, by a name for each. At most 10."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.policies) <= 10
    error_message = "policies are at most 10: IAM attaches no more to a role."
  }
  validation {
    condition     = alltrue([for document in var.policies : can(jsondecode(document).Statement)])
    error_message = "policies are IAM policy documents: JSON with a Statement. Not so: ${join(", ", [for name, document in var.policies : name if !can(jsondecode(document).Statement)])}."
  }
}

variable "region" {
  description = "AWS Region of the environment."
  type        = string
}

variable "services" {
  description = "Named resources that DAGs use, per service. A name may end with *. Only what is named is allowed."
  type = object({
    athena          = optional(object({ workgroups = list(string) }))
    dynamodb        = optional(object({ tables = list(string) }))
    emr_serverless  = optional(object({ application_ids = list(string), job_role_arns = list(string) }))
    glue            = optional(object({ jobs = optional(list(string), []), crawlers = optional(list(string), []), role_arns = optional(list(string), []) }))
    lambda          = optional(object({ functions = list(string) }))
    redshift_data   = optional(object({ clusters = optional(list(string), []), workgroups = optional(list(string), []), secret_arns = optional(list(string), []) }))
    s3              = optional(object({ read = optional(list(string), []), write = optional(list(string), []) }))
    secrets_manager = optional(object({ prefixes = list(string) }))
    sns             = optional(object({ topics = list(string) }))
    sqs             = optional(object({ queues = list(string) }))
    step_functions  = optional(object({ state_machines = list(string) }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = !contains(flatten([for service in values(var.services) : service == null ? [] : flatten(values(service))]), "*")
    error_message = "services name resources: * alone would allow all of a service. A name may end with *, such as retail-*."
  }
  validation {
    condition = alltrue([
      for service in ["glue", "redshift_data", "s3"] :
      var.services[service] == null || length(flatten(values(coalesce(var.services[service], {})))) > 0
    ])
    error_message = "services.glue, services.redshift_data and services.s3 name at least one resource each; leave a service out that is not used."
  }
  validation {
    condition     = length(try(var.services.redshift_data.clusters, [])) + length(try(var.services.redshift_data.workgroups, [])) > 0 || var.services.redshift_data == null
    error_message = "services.redshift_data names clusters or workgroups."
  }
}
