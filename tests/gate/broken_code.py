"""Rules broken by one text of the Terraform code."""

from __future__ import annotations

from gate.rules import Rule, appended, replaced


def in_code(id: str, file: str, old: str, new: str, address: str, line: str) -> Rule:
    """A rule broken by one text of the Terraform code."""
    return Rule(f"{file} {id}", id, replaced(file, old, new), address, file, line)


def code_appended(id: str, file: str, text: str, address: str, line: str) -> Rule:
    """A rule broken by Terraform code that is added."""
    return Rule(f"{file} + {id}", id, appended(file, text), address, file, line)


BUCKET_ACCESS = ("modules/bucket/access.tf", "module.bucket.aws_s3_bucket_public_access_block.this")

IN_CODE = (
    in_code(
        "CKV_AWS_53",
        BUCKET_ACCESS[0],
        "block_public_acls       = true",
        "block_public_acls       = false",
        BUCKET_ACCESS[1],
        'resource "aws_s3_bucket_public_access_block"',
    ),
    in_code(
        "CKV_AWS_54",
        BUCKET_ACCESS[0],
        "block_public_policy     = true",
        "block_public_policy     = false",
        BUCKET_ACCESS[1],
        'resource "aws_s3_bucket_public_access_block"',
    ),
    in_code(
        "CKV_AWS_55",
        BUCKET_ACCESS[0],
        "ignore_public_acls      = true",
        "ignore_public_acls      = false",
        BUCKET_ACCESS[1],
        'resource "aws_s3_bucket_public_access_block"',
    ),
    in_code(
        "CKV_AWS_56",
        BUCKET_ACCESS[0],
        "restrict_public_buckets = true",
        "restrict_public_buckets = false",
        BUCKET_ACCESS[1],
        'resource "aws_s3_bucket_public_access_block"',
    ),
    in_code(
        "CKV_AWS_21",
        "modules/bucket/main.tf",
        'status = "Enabled"',
        'status = "Suspended"',
        "module.bucket.aws_s3_bucket.this",
        'resource "aws_s3_bucket" "this"',
    ),
    in_code(
        "CKV_AWS_7",
        "modules/kms/main.tf",
        "enable_key_rotation     = true",
        "enable_key_rotation     = false",
        "module.kms.aws_kms_key.this",
        'resource "aws_kms_key"',
    ),
    in_code(
        "CKV_AWS_130",
        "modules/network/private.tf",
        "  cidr_block        = each.value.private",
        "  cidr_block        = each.value.private\n\n  map_public_ip_on_launch = true",
        "module.network.aws_subnet.private",
        'resource "aws_subnet" "private"',
    ),
    in_code(
        "CKV_AWS_60",
        "modules/iam/main.tf",
        'Principal = { Service = ["airflow-env.amazonaws.com", "airflow.amazonaws.com"] }',
        'Principal = { AWS = "*" }',
        "module.iam.aws_iam_role.this",
        'resource "aws_iam_role" "this"',
    ),
    code_appended(
        "CKV_AWS_24",
        "modules/security-group/main.tf",
        """
resource "aws_vpc_security_group_ingress_rule" "ssh" {
  description       = "Everybody by SSH."
  security_group_id = aws_security_group.this.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}
""",
        "module.security_group.aws_vpc_security_group_ingress_rule.ssh",
        'rule" "ssh"',
    ),
    code_appended(
        "CKV_AWS_63",
        "modules/iam/more.tf",
        """resource "aws_iam_role_policy" "more" {
  name   = "more"
  role   = aws_iam_role.this.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
""",
        "module.iam.aws_iam_role_policy.more",
        'policy" "more"',
    ),
    code_appended(
        "CKV_AWS_274",
        "modules/iam/more.tf",
        """resource "aws_iam_role_policy_attachment" "admin" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
""",
        "module.iam.aws_iam_role_policy_attachment.admin",
        'attachment" "admin"',
    ),
    code_appended(
        "CKV_AWS_26",
        "terraform/more.tf",
        """resource "aws_sns_topic" "more" {
  name = "more"
}
""",
        "aws_sns_topic.more",
        'topic" "more"',
    ),
    code_appended(
        "CKV_AWS_27",
        "terraform/more.tf",
        """resource "aws_sqs_queue" "more" {
  name                    = "more"
  sqs_managed_sse_enabled = false
}
""",
        "aws_sqs_queue.more",
        'queue" "more"',
    ),
    code_appended(
        "CKV_AWS_149",
        "terraform/more.tf",
        """resource "aws_secretsmanager_secret" "more" {
  name = "more"
}
""",
        "aws_secretsmanager_secret.more",
        'secret" "more"',
    ),
    code_appended(
        "CKV_AWS_158",
        "terraform/more.tf",
        """resource "aws_cloudwatch_log_group" "more" {
  name = "more"
}
""",
        "aws_cloudwatch_log_group.more",
        'group" "more"',
    ),
    code_appended(
        "CKV_AWS_66",
        "terraform/more.tf",
        """resource "aws_cloudwatch_log_group" "more" {
  name = "more"
}
""",
        "aws_cloudwatch_log_group.more",
        'group" "more"',
    ),
)
