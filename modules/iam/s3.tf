locals {
  s3_arn = "arn:${local.partition}:s3:::"

  # Whoever writes may read as well.
  s3_locations = flatten([for s3 in var.services.s3[*] : distinct(concat(s3.read, s3.write))])
  s3_writable  = flatten([for s3 in var.services.s3[*] : distinct(s3.write)])

  # BUCKET means all its objects, BUCKET/PREFIX just what it says.
  s3_objects  = { for location in local.s3_locations : location => "${local.s3_arn}${location}${strcontains(location, "/") ? "" : "/*"}" }
  s3_whole    = [for location in local.s3_locations : location if !strcontains(location, "/") || endswith(location, "/*") && length(split("/", location)) == 2]
  s3_prefixed = [for location in local.s3_locations : location if !contains(local.s3_whole, location)]

  s3_statements = flatten([
    [for locations in [local.s3_locations] : {
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:GetObjectVersion"]
      Resource = [for location in locations : local.s3_objects[location]]
    } if length(locations) > 0],
    [for locations in [local.s3_writable] : {
      Effect   = "Allow"
      Action   = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
      Resource = [for location in locations : local.s3_objects[location]]
    } if length(locations) > 0],
    [for locations in [local.s3_whole] : {
      Effect   = "Allow"
      Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
      Resource = distinct([for location in locations : "${local.s3_arn}${split("/", location)[0]}"])
    } if length(locations) > 0],
    # Of a prefix, only the names below it can be listed.
    [for location in local.s3_prefixed : {
      Effect    = "Allow"
      Action    = ["s3:GetBucketLocation", "s3:ListBucket"]
      Resource  = ["${local.s3_arn}${split("/", location)[0]}"]
      Condition = { StringLike = { "s3:prefix" = [join("/", slice(split("/", location), 1, length(split("/", location))))] } }
    }],
  ])
}
