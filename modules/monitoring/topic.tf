data "aws_partition" "current" {}

locals {
  # A new topic only where somebody listens to it.
  has_new_topic = var.alarms != null && var.notification_topic_arn == null && length(var.notification_emails) > 0
  topic_arns    = local.has_new_topic ? aws_sns_topic.this[*].arn : var.notification_topic_arn[*]
  topic_name    = "${var.environment_name}-alarms"
  topic_arn     = "arn:${data.aws_partition.current.partition}:sns:${var.region}:${var.account_id}:${local.topic_name}"
}

resource "aws_sns_topic" "this" {
  #checkov:skip=CKV_AWS_26:Encrypted by the key of the environment. Without one it is not: alarms cannot publish by the AWS managed key of SNS.
  count = local.has_new_topic ? 1 : 0

  name              = local.topic_name
  kms_master_key_id = one(var.kms_key[*].arn)
}

resource "aws_sns_topic_policy" "this" {
  count = length(aws_sns_topic.this)

  arn = aws_sns_topic.this[0].arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsPublish"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:${data.aws_partition.current.partition}:cloudwatch:${var.region}:${var.account_id}:alarm:*" }
          StringEquals = { "aws:SourceAccount" = var.account_id }
        }
      },
      {
        Sid       = "DenyInsecureTransport"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

# Each address has to confirm once.
resource "aws_sns_topic_subscription" "email" {
  for_each = toset([for address in var.notification_emails : address if local.has_new_topic])

  topic_arn = aws_sns_topic.this[0].arn
  protocol  = "email"
  endpoint  = each.value
}
