"""Charts as SVG pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cmr import project
from cmr.pages import layout

# So many determinations have a color of their own in the charts; the others share one.
COLORED = 4

# The fills of the charts where no style sheet says otherwise, as in the PDF; templates/style.css has them too.
FILLS = ("#1b5e8c", "#b35900", "#6b6b6b", "#8a1c4a", "#2c6b3f")


def chart(kind: str, name: str, title: str, description: str, **values: Any) -> dict[str, Any]:
    """A chart block: an SVG picture with a title and a description; the table beside it has the same numbers."""
    svg = layout.page(
        "charts.svg", kind=kind, name=name, title=title, description=description, fills=FILLS, **values
    )
    return {"kind": "chart", "title": title, "description": description, "svg": svg}


def sorted_determinations(found: Iterable[str]) -> list[str]:
    """Each determination once, in the order of the charts."""
    return sorted(set(found), key=project.determinations().index)


def colored(series: Sequence[str]) -> list[dict[str, Any]]:
    """The series of a chart of determinations: each has its own color in every chart."""
    places = project.determinations()
    return [{"name": name, "color": min(places.index(name), COLORED)} for name in series]
