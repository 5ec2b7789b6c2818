"""Amazon MWAA environments as code."""
