"""The own checks CKV_MWAA_n, through checkov."""
