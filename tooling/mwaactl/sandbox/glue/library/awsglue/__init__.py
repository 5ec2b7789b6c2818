"""The part of AWS Glue's library that jobs of the Python shell have: `awsglue.utils`."""
