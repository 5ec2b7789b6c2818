# Hears about every run, good or bad.
locals {
  topic_name = "${var.environment_name}-retail"
  topic_arn  = "arn:${local.partition}:sns:${var.region}:${var.account_id}:${local.topic_name}"
}

resource "aws_sns_topic" "this" {
  #checkov:skip=CKV_AWS_26:Encrypted by the key of the environment; an environment without one says that AWS may keep the keys.
  name              = local.topic_name
  kms_master_key_id = one(var.kms_key[*].arn)
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DenyInsecureTransport"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = "sns:Publish"
      Resource  = local.topic_arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

# Each address has to confirm once.
resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.notification_emails)

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value
}
