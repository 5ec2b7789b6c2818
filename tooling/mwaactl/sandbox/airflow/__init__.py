"""The real Airflow behind an environment of the sandbox."""
