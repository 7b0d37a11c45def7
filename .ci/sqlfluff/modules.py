"""What dbt calls `modules`: the parts of Python that its Jinja may use."""

import datetime
import re

__all__ = ["datetime", "re"]
