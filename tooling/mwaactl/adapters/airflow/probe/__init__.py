"""Imports DAG files inside Airflow's own interpreter. Standard library only: that interpreter has no mwaactl.

`server` starts Airflow once and forks a `supervisor` for each job; the supervisor forks `worker`s, which import the
files (`bag`), held in by `confinement` and `watch`.
"""
