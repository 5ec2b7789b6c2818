"""The borders: files, processes, Terraform, AWS, checkov. Errors are translated here."""
