"""Own checkov checks, CKV_MWAA_n: one file per theme. Importing a module registers its checks."""
