"""The summary report of a county, for whoever has to sign for it."""

from __future__ import annotations

from typing import Any

from cmr import project
from cmr.pages.benefits import benefit_blocks
from cmr.pages.blocks import section, table, text, tile
from cmr.pages.decisions import decision_blocks, impact_blocks, year_blocks
from cmr.pages.words import capitalized, count, county_name, law_name, long_date, number, on, share


def summary_document(found: dict[str, Any]) -> dict[str, Any]:
    """The summary report as headed blocks of words, tables and pictures, which both templates lay out."""
    county = county_name(found["county"])
    own = found["impact"][0]
    return {
        "title": f"Summary report: {county}",
        "as_of": found["as_of"].isoformat(),
        "lead": f"Relief for Prop 64 convictions in {county}, as of {long_date(found['as_of'])}.",
        "notice": "For the county's own use: this report holds small counts, which can point to a person."
        " Public_Report.html is what may be published.",
        "sections": [
            section("At a glance", glance(found, own)),
            section("Criteria", criteria_blocks(found)),
            section("What was read", input_blocks(found)),
            section("Prop 64 convictions in the county", conviction_blocks(found)),
            section("Decisions", decision_blocks(found, own)),
            section("What the criteria do, and what others would do", impact_blocks(found)),
            section("Who benefits", benefit_blocks(found)),
            section("What needs review", review_blocks(found)),
            section("Decisions by year of conviction", year_blocks(found)),
            section("How to read the files", file_blocks(found)),
        ],
    }


def glance(found: dict[str, Any], own: dict[str, Any]) -> list[dict[str, Any]]:
    county, overview = county_name(found["county"]), found["overview"]
    blocks = []
    if not overview["convictions"]:
        blocks.append(text(f"The files that were read have no Prop 64 conviction in {county}."))
    else:
        have = "has" if overview["people"] == 1 else "have"
        blocks.append(
            text(
                f"{count(overview['people'], 'person', 'people')} {have}"
                f" {count(overview['convictions'], 'Prop 64 conviction', 'Prop 64 convictions')} in {county}."
                f" Of {count(own['convictions_decided'], 'conviction', 'convictions')} decided,"
                f" {number(own['dismissals'])} can be dismissed and {number(own['reductions'])} reduced,"
                f" and {number(own['hand_reviews'])} must be decided by hand."
                f" {count(own['subjects_with_some_relief'], 'person', 'people')} out of"
                f" {number(own['subjects'])}"
                f" ({share(own['subjects_with_some_relief'], own['subjects'])})"
                f" {'gets' if own['subjects_with_some_relief'] == 1 else 'get'} some relief."
            )
        )
    if already := overview["already_relieved"]:
        blocks.append(
            text(
                f"The extract shows {count(already, 'Prop 64 conviction', 'Prop 64 convictions')} of the county as"
                " relieved already. The criteria decide such a conviction like any other; Court_Updates.csv and the"
                " court papers leave it out."
            )
        )
    blocks.append({"kind": "tiles", "tiles": [tile(own[name], *words) for name, words in HEADLINES.items()]})
    blocks.append(
        text(
            "A person is counted only where it holds whatever the missing facts turn out to be. All of a person's"
            " convictions are looked at, of any county and for any offense."
        )
    )
    return blocks


HEADLINES = {
    "subjects_no_felony": ("will have no felony on record", "all their felonies are dismissed or reduced"),
    "subjects_no_conviction": ("will have no conviction on record", "all their convictions are dismissed"),
    "subjects_no_conviction_last_7_years": (
        "will have no conviction in the last 7 years",
        "all their convictions of that time are dismissed",
    ),
}


def criteria_blocks(found: dict[str, Any]) -> list[dict[str, Any]]:
    policy = found["policy"]
    if policy["policy"] != "county_criteria":
        return [
            text(f"{policy['title']}. {policy['description']}. The first rule that is met decides."),
            table(
                "Rules of the policy, in order",
                ["Rule", "If", "Then", "Reason", "Law"],
                (
                    [
                        number(r["rule_order"]),
                        r["description"],
                        r["determination"],
                        r["reason"] or "",
                        r["citation"],
                    ]
                    for r in found["rules"]
                ),
                words=5,
                widths=[0.5, 3, 2, 2, 1.2],
            ),
        ]
    if not found["criteria"]:
        return [text("No criteria are known for this county.")]
    [chosen] = found["criteria"]
    settings = [["Misdemeanors and infractions", "Dismissed, always"]]
    for law in ("11357", "11358", "11359", "11360"):
        outcome = "Decided by the options below"
        if chosen[f"dismiss_{law}"]:
            outcome = "Dismissed"
        elif chosen[f"reduce_{law}"]:
            outcome = "Reduced, unless an option below dismisses it"
        settings.append([f"Felonies under HS {law}", outcome])

    def years(n: int) -> str:
        return count(n, "year", "years")

    age, since, free = (
        chosen[name]
        for name in (
            "subject_age_threshold",
            "years_since_conviction_threshold",
            "years_crime_free_threshold",
        )
    )
    youth_age = project.parameter("youth_age", "county_criteria")
    settings += [
        [
            f"Dismiss if the person was under {youth_age} at conviction",
            on(chosen["subject_under_21_at_conviction"]),
        ],
        ["Dismiss if the person has reached an age", f"On: {years(age)} or older" if age else "Off"],
        ["Dismiss if the conviction is some years old", f"On: {years(since)} or more" if since else "Off"],
        [
            "Dismiss if the person had no conviction in some years",
            f"On: the past {years(free)}" if free else "Off",
        ],
        ["Dismiss if the person has Prop 64 convictions only", on(chosen["subject_has_only_prop64_charges"])],
        ["Dismiss if the person is deceased", on(chosen["subject_is_deceased"])],
    ]
    return [
        text(
            f"The county's own criteria, from {chosen['source']}. The first that is met decides, in this order but"
            " for reductions, which come last; a felony to which none applies goes to hand review."
        ),
        table("Criteria, every option", ["Option", "Setting"], settings, words=2),
    ]


def input_blocks(found: dict[str, Any]) -> list[dict[str, Any]]:
    inputs, first = found["inputs"], found["overview"]["first_conviction"]
    words = (
        f"{count(inputs['files'], 'file', 'files')} with {count(inputs['lines'], 'line', 'lines')}, which hold"
        f" {count(inputs['records'], 'record', 'records')}."
    )
    if first:
        words += f" The first Prop 64 conviction in the county is of {long_date(first)}."
    files = [
        [file["file_name"], *(number(file[name]) for name in ("lines", "records", "set_aside_lines"))]
        for file in found["input_files"]
    ]
    if len(files) > 1:
        files.append(
            ["All files", number(inputs["lines"]), number(inputs["records"]), number(inputs["unread_lines"])]
        )
    blocks = [
        text(words),
        table(
            "Files", ["File", "Lines", "Records", "Lines that cannot be read"], files, total=len(files) > 1
        ),
    ]
    if found["set_aside"]:
        were = "was" if inputs["set_aside"] == 1 else "were"
        blocks += [
            text(
                f"{count(inputs['set_aside'], 'line', 'lines')} {were} set aside, because"
                f" {'it' if inputs['set_aside'] == 1 else 'they'} cannot be read or attributed to a person:"
                " see Set_Aside.csv."
            ),
            table(
                "Lines set aside, by cause",
                ["Cause", "Lines"],
                ([cause["cause"], number(cause["lines"])] for cause in found["set_aside"]),
            ),
        ]
    else:
        blocks.append(text("No line was set aside."))
    return blocks


def conviction_blocks(found: dict[str, Any]) -> list[dict[str, Any]]:
    levels = ("felonies", "misdemeanors", "infractions", "unknown_level", "convictions")
    return [
        table(
            "Prop 64 convictions, by section and level",
            ["Section", "Felony", "Misdemeanor", "Infraction", "Level unknown", "All"],
            (
                [law_name(row["prop64_section"], "All sections"), *(number(row[level]) for level in levels)]
                for row in found["sections"]
            ),
            total=True,
        ),
    ]


def review_blocks(found: dict[str, Any]) -> list[dict[str, Any]]:
    review = found["review"]
    if not review["convictions"]:
        return [text("No conviction needs review.")]
    needs = "needs" if review["convictions"] == 1 else "need"
    blocks = [
        text(
            f"{count(review['convictions'], 'conviction', 'convictions')} {needs} somebody's eye: see"
            " Needs_Review.csv. A conviction may have several causes."
        )
    ]
    if review["reasons"]:
        blocks.append(
            table(
                "Convictions that the criteria leave to a person, by reason",
                ["Determination", "Reason", "Convictions"],
                (
                    [row["determination"], row["reason"], number(row["convictions"])]
                    for row in review["reasons"]
                ),
                words=2,
            )
        )
    if review["conflicts"]:
        blocks.append(
            table(
                "Convictions for which the lines of the extract disagree",
                ["What the lines disagree about", "Convictions"],
                ([capitalized(row["fact"]), number(row["convictions"])] for row in review["conflicts"]),
            )
        )
    return blocks


def file_blocks(found: dict[str, Any]) -> list[dict[str, Any]]:
    files = ([file["name"], file["meaning"]] for file in found["files"])
    reliefs = [row["determination"] for row in project.seed("determinations") if row["is_relief"] == "true"]
    return [
        text(
            f"Each decision stands with its reason. {' and '.join(reliefs)} are what the"
            f" criteria give; {project.hand_review()} is what they leave to a person, also where a fact is missing and"
            " would matter. Nobody is cleared, or barred, by a missing fact."
        ),
        table("Files", ["File", "What it holds"], files, words=2, widths=[1.4, 2.6]),
        *map(text, found["remarks"]),
    ]
