"""The public report of a county: what points to nobody."""

from __future__ import annotations

from typing import Any

from cmr import project
from cmr.pages.benefits import PEOPLE_COLUMNS, benefit_chart, benefit_row, by_dimension, part_of
from cmr.pages.blocks import section, table, text
from cmr.pages.words import county_name, long_date

PUBLIC_COLUMNS = (
    "county",
    "as_of",
    "policy",
    "dimension",
    "group_name",
    "people",
    "people_with_some_relief",
    "people_with_full_relief",
    "convictions",
    "convictions_eligible",
)


def public_document(found: dict[str, Any]) -> dict[str, Any]:
    """The public report: counts that point to nobody, and what was left out to keep it so."""
    county = county_name(found["county"])
    smallest = int(project.parameter("smallest_published"))
    groups = by_dimension(found["groups"])
    [everyone] = groups.pop("everyone", [dict.fromkeys(PUBLIC_COLUMNS)])
    rows = [
        ["People with a conviction that was decided", *part_of(None, everyone["people"])[:1], ""],
        ["People with some relief", *part_of(everyone["people_with_some_relief"], everyone["people"])[1:]],
        ["People with full relief", *part_of(everyone["people_with_full_relief"], everyone["people"])[1:]],
        ["Convictions decided", *part_of(None, everyone["convictions"])[:1], ""],
        [
            "Convictions that can be dismissed or reduced",
            *part_of(everyone["convictions_eligible"], everyone["convictions"])[1:],
        ],
    ]
    blocks = []
    for dimension, members in groups.items():
        shown = [row for row in members if row["people"] is not None]
        if shown and (everyone["people_with_some_relief"] or everyone["people_with_full_relief"]):
            blocks.append(benefit_chart(dimension, shown))
        if shown:
            blocks.append(
                table(
                    f"Relief by {dimension}",
                    ["Group", *PEOPLE_COLUMNS],
                    (benefit_row(row) for row in members),
                )
            )
        else:
            blocks.append(text(f"By {dimension}: the groups are too small to be shown."))
    return {
        "title": f"Record clearance in {county}",
        "as_of": found["as_of"].isoformat(),
        "lead": f"Relief for convictions under Prop 64 in {county}, as of {long_date(found['as_of'])}, under:"
        f" {found['policy']['title']}.",
        "notice": "",
        "sections": [
            section("In all", [table("People and convictions", ["", "Number", "Share"], rows)]),
            section("Who benefits", blocks or [text("There is nothing to show.")]),
            section(
                "What is not shown",
                [
                    text(
                        f"So that no number points to a person, no count under {smallest} is shown, nor two counts of"
                        f" which one is a part of the other and lacks 1 to {smallest - 1} of it. Groups with such"
                        " counts are put together as Not shown, with further groups where one number could be worked"
                        " out from the others."
                    ),
                    text(
                        "Some relief: at least one conviction is dismissed or reduced. Full relief: no conviction is"
                        " left on the person's record. Race or ethnicity and sex as the state's records have them;"
                        " age on the as-of date."
                    ),
                ],
            ),
        ],
    }
