"""The Redshift Data API in moto's layout: statements on workgroups of Redshift Serverless.

Not emulated, each with an error: clusters, sessions, results as CSV (GetStatementResultV2), DescribeTable, ListTables,
ListSchemas and ListDatabases. Without an error: `WithEvent` sends nothing, and results stay until the sandbox is reset.
"""
