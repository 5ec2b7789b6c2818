"""Real Airflow on this machine: cached virtual environments of MWAA's versions, and imports of DAG files in them."""
