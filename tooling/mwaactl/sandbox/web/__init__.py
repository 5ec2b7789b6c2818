"""The web servers of the sandbox's environments: Airflow's own, with what MWAA puts in front of it."""
