"""Numbers, days, names and shares in words. Percentages and plurals are formatting: nothing is counted here."""

from __future__ import annotations

from datetime import date
from typing import Any


def number(n: int) -> str:
    return f"{n:,}"


def count(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def share(part: int, whole: int) -> str:
    """A percentage that says 0 or 100 only where it is that."""
    if not whole:
        return "n/a"
    percent = 100 * part / whole
    if 0 < percent < 0.1:
        return "under 0.1%"
    if 99.9 < percent < 100:
        return "over 99.9%"
    return f"{percent:.0f}%" if part in (0, whole) else f"{percent:.1f}%"


def long_date(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def county_name(county: str) -> str:
    return f"{county.title()} County"


def law_name(law: str | None, otherwise: str) -> str:
    return f"HS {law}" if law else otherwise


def capitalized(words: str) -> str:
    return words[:1].upper() + words[1:]


def on(chosen: bool) -> str:
    return "On" if chosen else "Off"


def shortened(label: str) -> str:
    """A label that fits over a bar; the table beside has it in full."""
    return label if len(label) <= 45 else label[:44] + "…"


def printable(value: Any) -> Any:
    """Text without control characters, which neither XML nor paper can hold; any other value as it is."""
    if not isinstance(value, str):
        return value
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in value)
