"""What was decided, by section and by year, and what other policies would do: part of the summary report."""

from __future__ import annotations

from typing import Any

from cmr.pages.blocks import table, text
from cmr.pages.charts import chart, colored, sorted_determinations
from cmr.pages.words import law_name, number, share


def decision_blocks(found: dict[str, Any], own: dict[str, Any]) -> list[dict[str, Any]]:
    decided = own["convictions_decided"]
    if not decided:
        return [text("These criteria decide no conviction of the county.")]
    reasons = [
        [row["determination"], row["reason"], number(row["convictions"]), share(row["convictions"], decided)]
        for row in found["decisions"]
    ]
    series = sorted_determinations(row["determination"] for row in found["decisions_by_section"])
    sections: dict[str, dict[str, int]] = {}
    for row in found["decisions_by_section"]:
        name = law_name(row["prop64_section"], "Related charges")
        sections.setdefault(name, {})[row["determination"]] = row["convictions"]
    return [
        chart(
            "stacked",
            "by-section",
            "Decisions by section",
            "A bar for each section, as long as it has convictions, divided by what was decided.",
            series=colored(series),
            rows=[
                {"label": name, "values": [row.get(s, 0) for s in series]} for name, row in sections.items()
            ],
        ),
        table(
            "Decisions by section",
            ["Section", *series],
            ([name, *(number(row.get(one, 0)) for one in series)] for name, row in sections.items()),
        ),
        table(
            "Decisions by reason",
            ["Determination", "Reason", "Convictions", f"Share of {number(decided)}"],
            [*reasons, ["All", "", number(decided), share(decided, decided)]],
            words=2,
            total=True,
        ),
    ]


IMPACT_WORDS = {
    "subjects_with_some_relief": "People with some relief",
    "subjects_no_felony": "People who will have no felony",
    "subjects_no_conviction": "People who will have no conviction",
    "subjects_no_conviction_last_7_years": "People who will have no conviction in the last 7 years",
    "subjects": "People with a conviction that is decided",
    "dismissals": "Convictions dismissed",
    "reductions": "Convictions reduced",
    "hand_reviews": "Convictions in hand review",
    "convictions_decided": "Convictions decided",
}


def impact_blocks(found: dict[str, Any]) -> list[dict[str, Any]]:
    policies = found["impact"]
    shown = list(IMPACT_WORDS)[:4]
    blocks = [text("Beside the criteria of this run, the same for two that dismiss more.")]
    if len(policies) < 3:
        blocks = [text("Beside the criteria of this run, the same for the other policy that dismisses all.")]
    if any(policy[name] for policy in policies for name in shown):
        blocks.append(
            chart(
                "grouped",
                "impact",
                "People helped, by policy",
                "For each kind of relief a bar for each policy, as long as the number of people.",
                series=[{"name": policy["title"], "color": place} for place, policy in enumerate(policies)],
                rows=[
                    {
                        "label": IMPACT_WORDS[name],
                        "values": [policy[name] for policy in policies],
                        "texts": [number(policy[name]) for policy in policies],
                    }
                    for name in shown
                ],
                largest=max(policy[name] for policy in policies for name in shown),
            )
        )
    blocks.append(
        table(
            "Impact of the policies",
            ["", *(policy["title"] for policy in policies)],
            ([words, *(number(policy[name]) for policy in policies)] for name, words in IMPACT_WORDS.items()),
        )
    )
    return blocks


def year_blocks(found: dict[str, Any]) -> list[dict[str, Any]]:
    if not found["decisions_by_year"]:
        return [text("These criteria decide no conviction of the county.")]
    series = sorted_determinations(row["determination"] for row in found["decisions_by_year"])
    years: dict[int | None, dict[str, int]] = {}
    for row in found["decisions_by_year"]:
        years.setdefault(row["conviction_year"], {})[row["determination"]] = row["convictions"]
    blocks = []
    if any(years):
        blocks.append(
            chart(
                "columns",
                "by-year",
                "Decisions by year of conviction",
                "A column for each year, as high as it has convictions, divided by what was decided.",
                series=colored(series),
                rows=[
                    {"year": year, "values": [row.get(one, 0) for one in series]}
                    for year, row in years.items()
                    if year is not None
                ],
            )
        )
    blocks.append(
        table(
            "Decisions by year of conviction",
            ["Year", *series],
            (
                [str(year or "Unknown"), *(number(row.get(one, 0)) for one in series)]
                for year, row in years.items()
            ),
        )
    )
    return blocks
