"""What the linter puts in place of dbt's `adapter`, which it does not have: each engine word becomes a name."""


def dispatch(macro_name, macro_namespace=None):
    """Give back a macro that renders as the dispatched macro's name, whatever its arguments are."""
    return lambda *args, **kwargs: macro_name
