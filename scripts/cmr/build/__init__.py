"""Builds a run's warehouse with dbt, and opens one that is built."""
