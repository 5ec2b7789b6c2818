# Both can be left to others since environments can be adopted.
moved {
  from = module.bucket
  to   = module.bucket[0]
}

moved {
  from = module.iam
  to   = module.iam[0]
}
