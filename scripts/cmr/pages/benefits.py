"""Who benefits, by race or ethnicity, sex and age: part of the summary and of the public report."""

from __future__ import annotations

from typing import Any

from cmr.pages.blocks import table, text
from cmr.pages.charts import chart
from cmr.pages.words import count, number, share, shortened


def benefit_blocks(found: dict[str, Any]) -> list[dict[str, Any]]:
    if not found["demographics"]:
        return [text("These criteria decide no conviction of the county.")]
    blocks = [
        text(
            "Some relief: at least one conviction is dismissed or reduced. Full relief: no conviction is left on the"
            " person's record. Race or ethnicity and sex as the extract records them; age on the as-of date."
        )
    ]
    for dimension, rows in by_dimension(found["demographics"]).items():
        blocks += [
            benefit_chart(dimension, rows),
            table(
                f"Relief by {dimension}",
                ["Group", *PEOPLE_COLUMNS, "Convictions", "Eligible", "Share of convictions"],
                (
                    [*benefit_row(row), *part_of(row["convictions_eligible"], row["convictions"])]
                    for row in rows
                ),
                widths=[2, 1.1, 1, 1.1, 1, 1.1, 1.6, 1.2, 1.6],
            ),
        ]
    return blocks


PEOPLE_COLUMNS = ("People", "Some relief", "Share of people", "Full relief", "Share of people")
HIDDEN = "not shown"


def by_dimension(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["dimension"], []).append(row)
    return groups


def benefit_row(row: dict[str, Any]) -> list[str]:
    """A group's people, and how many and what share of them have relief."""
    people = row["people"]
    _, *some = part_of(row["people_with_some_relief"], people)
    _, *full = part_of(row["people_with_full_relief"], people)
    return [row["group_name"], HIDDEN if people is None else number(people), *some, *full]


def part_of(part: int | None, whole: int | None) -> tuple[str, str, str]:
    """A whole, its part and the part's share, where they may be shown."""
    if whole is None or part is None:
        return (HIDDEN if whole is None else number(whole)), HIDDEN, HIDDEN
    return number(whole), number(part), share(part, whole)


def benefit_chart(dimension: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Shares of the people of each group that can be shown."""
    kinds = {"people_with_some_relief": ("Some relief", 0), "people_with_full_relief": ("Full relief", 1)}
    names = [name for name in kinds if rows[0][name] is not None]
    return chart(
        "grouped",
        "by-" + dimension.replace(" ", "-"),
        f"Share of people with relief, by {dimension}",
        "For each group the share of its people with relief, as far as it can be shown.",
        series=[{"name": kinds[name][0], "color": kinds[name][1]} for name in names],
        rows=[
            {
                "label": f"{shortened(row['group_name'])} ({count(row['people'], 'person', 'people')})",
                "values": [row[name] / row["people"] for name in names],
                "texts": [share(row[name], row["people"]) for name in names],
            }
            for row in rows
        ],
        largest=1,
    )
