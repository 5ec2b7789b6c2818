# What the job may do: read valid sales and its own script, write curated sales, and log.
resource "aws_iam_role" "glue" {
  name        = "${local.job_name}-glue"
  description = "Runs the Glue job ${local.job_name}."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "glue.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

locals {
  # Glue makes these log groups itself, with the name of the security configuration in theirs.
  log_groups = "arn:${local.partition}:logs:${var.region}:${var.account_id}:log-group:/aws-glue/*"

  glue_statements = concat(
    [
      {
        Sid      = "ReadScriptAndValidSales"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.bucket_arn}/${local.script_key}", "${local.bucket_arn}/retail/valid/*"]
      },
      {
        Sid      = "WriteCuratedSales"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]
        Resource = ["${local.bucket_arn}/retail/curated/*"]
      },
      {
        Sid       = "ListSales"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [local.bucket_arn]
        Condition = { StringLike = { "s3:prefix" = ["retail/curated/*", "retail/valid/*"] } }
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = [local.log_groups]
      },
    ],
    [for key in var.kms_key[*] : {
      Sid       = "UseKeyOfBucket"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = [key.arn]
      Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.${local.dns_suffix}" } }
    }],
  )
}

resource "aws_iam_role_policy" "glue" {
  name   = "clean-sales"
  role   = aws_iam_role.glue.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.glue_statements })
}
