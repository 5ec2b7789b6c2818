data "aws_partition" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  dns_suffix = data.aws_partition.current.dns_suffix

  environment_arn = "arn:${local.partition}:airflow:${var.region}:${var.account_id}:environment/${var.environment_name}"

  # "arn:aws:glue:eu-west-1:111111111111" and so on: what the ARNs of one service begin with.
  prefix = {
    for service in [
      "athena", "dynamodb", "emr-serverless", "glue", "lambda", "redshift", "redshift-serverless", "secretsmanager", "sns",
      "sqs", "states",
    ] : service => "arn:${local.partition}:${service}:${var.region}:${var.account_id}"
  }
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "Runs the tasks of the MWAA environment ${var.environment_name}."
  permissions_boundary = var.permissions_boundary

  # The conditions keep MWAA from being talked into using this role for an environment of somebody else.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["airflow-env.amazonaws.com", "airflow.amazonaws.com"] }
      Action    = "sts:AssumeRole"
      Condition = {
        ArnLike      = { "aws:SourceArn" = local.environment_arn }
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    }]
  })
}

resource "aws_iam_policy" "own" {
  for_each = var.policies

  name        = "${var.name}-${each.key}"
  description = "What the DAGs of ${var.environment_name} may do: ${each.key}."
  policy      = each.value
}

resource "aws_iam_role_policy_attachment" "own" {
  for_each = var.policies

  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.own[each.key].arn
}
