# What only an environment update can roll out. The keys lie outside of the DAG folder.
locals {
  artifacts = {
    for name, artifact in {
      plugins        = { key = "plugins.zip", source = var.artifacts.plugins, type = "application/zip" }
      requirements   = { key = "requirements.txt", source = var.artifacts.requirements, type = "text/plain" }
      startup_script = { key = "startup.sh", source = var.artifacts.startup_script, type = "text/x-shellscript" }
    } : name => artifact if artifact.source != null
  }
}

resource "aws_s3_object" "this" {
  for_each = local.artifacts

  bucket       = var.bucket_name
  key          = "${var.prefix}${each.value.key}"
  content_type = each.value.type
  source       = each.value.source

  # An ETag is no digest of the content under KMS.
  source_hash = fileexists(each.value.source) ? filesha256(each.value.source) : null

  # Not a validation of the variable: that would keep an environment from being destroyed, too.
  lifecycle {
    precondition {
      condition     = fileexists(each.value.source)
      error_message = "There is no file ${each.value.source}. ${each.key == "plugins" ? "`mwaactl render ENV` builds plugins.zip there, from the folder that artifacts.plugins names in envs/ENV.yaml." : "Write it, or set artifacts.${each.key} to null in envs/ENV.yaml."}"
    }
  }
}
