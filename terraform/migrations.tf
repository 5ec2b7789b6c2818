# Both can be left to others since environments can be adopted.
moved {
  from = module.bucket
  to   = module.bucket[0]
}

moved {
  from = module.iam
  to   = module.iam[0]
}

# Artifacts can be uploaded to a bucket of others, too.
moved {
  from = module.bucket[0].aws_s3_object.this
  to   = module.artifacts.aws_s3_object.this
}
