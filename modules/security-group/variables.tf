variable "name" {
  description = "Name of the group."
  type        = string

  validation {
    condition     = length(var.name) <= 255 && !startswith(var.name, "sg-")
    error_message = "name has at most 255 characters and does not begin with sg-."
  }
}

variable "vpc_id" {
  description = "VPC that the group belongs to."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "vpc_id is the ID of a VPC, such as vpc-0123456789abcdef0."
  }
}
