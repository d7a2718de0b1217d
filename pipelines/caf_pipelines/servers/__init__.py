"""Servers on this machine's loopback: Prefect's, MLflow's, and the one that shows the report."""
