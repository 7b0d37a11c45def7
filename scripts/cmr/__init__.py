"""Clear My Record: the scripts around the dbt project."""

__version__ = "0.1.0"
