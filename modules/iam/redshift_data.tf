locals {
  redshift_arns = {
    for redshift in var.services.redshift_data[*] : "data" => {
      clusters   = [for name in redshift.clusters : "${local.prefix["redshift"]}:cluster:${name}"]
      databases  = [for name in redshift.clusters : "${local.prefix["redshift"]}:dbname:${name}/*"]
      workgroups = [for id in redshift.workgroups : "${local.prefix["redshift-serverless"]}:workgroup/${id}"]
      secrets    = redshift.secret_arns
    }
  }

  redshift_data_statements = flatten([for arns in local.redshift_arns : [
    {
      Effect   = "Allow"
      Action   = ["redshift-data:BatchExecuteStatement", "redshift-data:ExecuteStatement"]
      Resource = concat(arns.clusters, arns.workgroups)
    },
    {
      # These take no resource: the condition leaves only statements that this role has run.
      Effect    = "Allow"
      Action    = ["redshift-data:CancelStatement", "redshift-data:DescribeStatement", "redshift-data:GetStatementResult"]
      Resource  = ["*"]
      Condition = { StringEquals = { "redshift-data:statement-owner-iam-userid" = "$${aws:userid}" } }
    },
    [for secrets in [arns.secrets] : {
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = secrets
    } if length(secrets) > 0],
    # Without a secret the database takes temporary credentials of this role.
    [for databases in [arns.databases] : {
      Effect   = "Allow"
      Action   = ["redshift:GetClusterCredentialsWithIAM"]
      Resource = databases
    } if length(databases) > 0 && length(arns.secrets) == 0],
    [for workgroups in [arns.workgroups] : {
      Effect   = "Allow"
      Action   = ["redshift-serverless:GetCredentials"]
      Resource = workgroups
    } if length(workgroups) > 0 && length(arns.secrets) == 0],
  ]])
}
