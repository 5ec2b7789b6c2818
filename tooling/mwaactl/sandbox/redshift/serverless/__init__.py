"""Redshift Serverless's control API in moto's layout: namespaces, workgroups, tags and the administrator's secret.

Enough for `aws_redshiftserverless_namespace` and `aws_redshiftserverless_workgroup` of the AWS provider 5.100. Not
emulated, each with an error: snapshots, recovery points, usage limits, endpoint access, custom domains, credentials of
GetCredentials. Without an error: nothing takes time, and there is no endpoint to connect to, only the Data API.
"""
