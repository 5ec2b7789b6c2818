variable "access_log_bucket" {
  description = "Existing bucket that receives S3 access logs under <name>/; null for none."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Whether destroy empties the bucket first."
  type        = bool
  default     = false
}

variable "kms_key" {
  description = "Customer managed key of the environment; null encrypts by AES256."
  type        = object({ arn = string })
  default     = null
}

variable "name" {
  description = "Name of the bucket."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "name is 3 to 63 small letters, digits and hyphens that begin and end with a letter or digit; dots break TLS to the bucket's own host name."
  }
}

variable "noncurrent_version_expiration_days" {
  description = "Days until replaced versions of objects are deleted, 1 to 36500. No rollback needs them."
  type        = number
  default     = 90

  validation {
    condition     = var.noncurrent_version_expiration_days >= 1 && var.noncurrent_version_expiration_days <= 36500
    error_message = "noncurrent_version_expiration_days is 1 to 36500."
  }
}
