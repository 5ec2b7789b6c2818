# The statements of the MWAA user guide, "Amazon MWAA execution role", no more and no less. Tests compare them.
locals {
  kms_actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]

  # The queues of Celery lie in an account of AWS. By a key of AWS, they are encrypted by a key that is not ours; by our
  # key, so is the bucket.
  kms_statement = {
    aws_owned = {
      NotResource = ["arn:${local.partition}:kms:*:${var.account_id}:key/*"]
      Condition   = { StringLike = { "kms:ViaService" = ["sqs.${var.region}.${local.dns_suffix}"] } }
    }
    customer = {
      Resource  = var.kms_key[*].arn
      Condition = { StringLike = { "kms:ViaService" = ["s3.${var.region}.${local.dns_suffix}", "sqs.${var.region}.${local.dns_suffix}"] } }
    }
  }

  documented_statements = [
    {
      Sid      = "PublishMetrics"
      Effect   = "Allow"
      Action   = ["airflow:PublishMetrics"]
      Resource = [local.environment_arn]
    },
    {
      Sid      = "ListNoOtherBuckets"
      Effect   = "Deny"
      Action   = ["s3:ListAllMyBuckets"]
      Resource = [var.bucket_arn, "${var.bucket_arn}/*"]
    },
    {
      Sid      = "ReadBucket"
      Effect   = "Allow"
      Action   = ["s3:GetBucket*", "s3:GetObject*", "s3:List*"]
      Resource = [var.bucket_arn, "${var.bucket_arn}/*"]
    },
    {
      Sid    = "WriteLogs"
      Effect = "Allow"
      Action = [
        "logs:CreateLogGroup", "logs:CreateLogStream", "logs:GetLogEvents", "logs:GetLogGroupFields", "logs:GetLogRecord",
        "logs:GetQueryResults", "logs:PutLogEvents",
      ]
      Resource = ["arn:${local.partition}:logs:${var.region}:${var.account_id}:log-group:airflow-${var.environment_name}-*"]
    },
    {
      Sid      = "ActionsWithoutResource"
      Effect   = "Allow"
      Action   = ["cloudwatch:PutMetricData", "logs:DescribeLogGroups", "s3:GetAccountPublicAccessBlock"]
      Resource = ["*"]
    },
    {
      Sid    = "UseCeleryQueues"
      Effect = "Allow"
      Action = [
        "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
        "sqs:ReceiveMessage", "sqs:SendMessage",
      ]
      Resource = ["arn:${local.partition}:sqs:${var.region}:*:airflow-celery-*"]
    },
    merge(
      { Sid = "UseKey", Effect = "Allow", Action = local.kms_actions },
      { for key, value in local.kms_statement.aws_owned : key => value if var.kms_key == null },
      { for key, value in local.kms_statement.customer : key => value if var.kms_key != null },
    ),
  ]
}

resource "aws_iam_role_policy" "documented" {
  name   = "mwaa"
  role   = aws_iam_role.this.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.documented_statements })
}
