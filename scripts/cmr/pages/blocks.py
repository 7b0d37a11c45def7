"""What a report consists of: headed sections of text, tables and tiles, which HTML and PDF lay out alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cmr.pages.words import number


def text(words: str) -> dict[str, Any]:
    return {"kind": "text", "text": words}


def table(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    words: int = 1,
    widths: Sequence[float] | None = None,
    total: bool = False,
) -> dict[str, Any]:
    """A table block: the first `words` columns hold words and the others numbers; `total`: the last row is one.

    `widths` are the columns' shares of the page; columns of words take twice that of numbers if not given.
    """
    widths = widths or [2 if place < words else 1 for place in range(len(columns))]
    return {
        "kind": "table",
        "caption": caption,
        "columns": [
            {"name": name, "is_number": place >= words, "width": widths[place]}
            for place, name in enumerate(columns)
        ],
        "rows": [list(row) for row in rows],
        "has_total": total,
    }


def tile(n: int, label: str, note: str) -> dict[str, Any]:
    return {"number": number(n), "label": f"{'person' if n == 1 else 'people'} {label}", "note": note}


def section(heading: str, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    name = "".join(letter if letter.isalnum() else "-" for letter in heading.lower())
    return {"id": name, "heading": heading, "blocks": blocks}
