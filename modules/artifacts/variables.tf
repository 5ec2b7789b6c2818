variable "artifacts" {
  description = "Local files that only an environment update can roll out; null for none."
  type = object({
    plugins        = optional(string)
    requirements   = optional(string)
    startup_script = optional(string)
  })
  default  = {}
  nullable = false
}

variable "bucket_name" {
  description = "Name of the bucket, which must be versioned before anything is uploaded."
  type        = string
}

variable "prefix" {
  description = "What the keys begin with; empty for the root of the bucket."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([^/]+/)*$", var.prefix))
    error_message = "prefix is empty, or names of folders that each end with a slash, without one in front."
  }
}
