# The warehouse, where it is wanted. It costs while queries run, and its storage.
locals {
  redshift_name = "${var.environment_name}-retail"

  # All that AWS shows, with its defaults: were only require_ssl named, every plan would take the others away.
  redshift_parameters = {
    auto_mv                          = "true"
    datestyle                        = "ISO, MDY"
    enable_case_sensitive_identifier = "false"
    enable_user_activity_logging     = "true"
    query_group                      = "default"
    require_ssl                      = "true"
    search_path                      = "$user, public"
    use_fips_ssl                     = "false"
  }
}

resource "aws_redshiftserverless_namespace" "this" {
  #checkov:skip=CKV_AWS_154:The key of the environment; without one Redshift encrypts by a key that AWS owns.
  count = length(var.redshift[*])

  namespace_name        = local.redshift_name
  db_name               = var.redshift.database
  default_iam_role_arn  = aws_iam_role.redshift[0].arn
  iam_roles             = [aws_iam_role.redshift[0].arn]
  kms_key_id            = one(var.kms_key[*].arn)
  log_exports           = ["connectionlog", "useractivitylog", "userlog"]
  manage_admin_password = true
}

resource "aws_redshiftserverless_workgroup" "this" {
  count = length(var.redshift[*])

  workgroup_name       = local.redshift_name
  namespace_name       = aws_redshiftserverless_namespace.this[0].namespace_name
  base_capacity        = var.redshift.base_capacity
  enhanced_vpc_routing = true
  publicly_accessible  = false
  security_group_ids   = aws_security_group.redshift[*].id
  subnet_ids           = var.redshift.subnet_ids

  dynamic "config_parameter" {
    for_each = local.redshift_parameters

    content {
      parameter_key   = config_parameter.key
      parameter_value = config_parameter.value
    }
  }
}

# Nobody connects: Airflow uses the Data API. COPY goes out to S3.
resource "aws_security_group" "redshift" {
  #checkov:skip=CKV2_AWS_5:The workgroup uses it; checkov does not know workgroups.
  count = length(var.redshift[*])

  name        = "${local.redshift_name}-redshift"
  description = "Redshift of ${var.environment_name}: nothing in, HTTPS out."
  vpc_id      = var.vpc_id

  tags = { Name = "${local.redshift_name}-redshift" }
}

resource "aws_vpc_security_group_egress_rule" "redshift" {
  count = length(var.redshift[*])

  description       = "HTTPS, for COPY from S3."
  security_group_id = aws_security_group.redshift[0].id
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
}

resource "aws_iam_role" "redshift" {
  count = length(var.redshift[*])

  name        = "${local.redshift_name}-redshift"
  description = "Lets COPY read curated sales of ${var.environment_name}."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["redshift-serverless.amazonaws.com", "redshift.amazonaws.com"] }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "redshift" {
  count = length(var.redshift[*])

  name = "copy"
  role = aws_iam_role.redshift[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ReadCuratedSales"
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = ["${local.bucket_arn}/retail/curated/*"]
        },
        {
          Sid       = "ListCuratedSales"
          Effect    = "Allow"
          Action    = ["s3:ListBucket"]
          Resource  = [local.bucket_arn]
          Condition = { StringLike = { "s3:prefix" = ["retail/curated/*"] } }
        },
        {
          Sid      = "FindBucket"
          Effect   = "Allow"
          Action   = ["s3:GetBucketLocation"]
          Resource = [local.bucket_arn]
        },
      ],
      [for key in var.kms_key[*] : {
        Sid       = "UseKeyOfBucket"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = [key.arn]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.${local.dns_suffix}" } }
      }],
    )
  })
}
