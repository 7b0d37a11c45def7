"""The reports of a run: one set of numbers, read from the marts, as HTML, as PDF, and as what may be published.

`figures` and `public_figures` read; `summary_document` and `public_document` put what they read into words; the
templates lay those out. Nothing is counted here: sums come from SQL, and percentages and plurals are formatting.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmr import project
from cmr.typesetting import TEMPLATES, CannotBeSet, set_pdf

if TYPE_CHECKING:
    import duckdb
    import jinja2

WHAT_IFS = ("dismiss_all_prop64", "dismiss_all_prop64_and_related")

# So many determinations have a color of their own in the charts; the others share one.
COLORED = 4

# The fills of the charts where no style sheet says otherwise, as in the PDF; templates/report.html has them too.
FILLS = ("#1b5e8c", "#b35900", "#6b6b6b", "#8a1c4a", "#2c6b3f")

FILES = {
    "Summary_Report.html": "This report. Summary_Report.pdf is the same for printing.",
    "Public_Report.html": "What may be published of it: small counts are left out. public_summary.csv holds its"
    " numbers.",
    "Prop64_Results.xlsx": "The decisions as a workbook: a sheet for each determination, the list for review, and"
    " what each column means.",
    "Prop64_Results.csv": "One line for each conviction decided: the line of the extract, and the analysis.",
    "All_Results.csv": "Every line of the extract, in its order, with the analysis on the first line of each"
    " conviction decided.",
    "All_Results_Condensed.csv": "The same with the 20 columns of the extract that are read most.",
    "Court_Updates.csv": "One line for each count to change, for the court's own system.",
    "Related_Charges.csv": "Convictions that may belong to a Prop 64 charge, for somebody to look at; nothing is"
    " decided on them.",
    "Needs_Review.csv": "Every conviction that somebody must look at, with what is missing or in conflict.",
    "Set_Aside.csv": "Every line that could not be read or attributed, with its file, line and cause.",
    "summary.json": "The numbers of this report for programs.",
}


def write_report(
    con: duckdb.DuckDBPyConnection, folder: Path, county: str, remarks: Sequence[str] = ()
) -> bool:
    """Writes Summary_Report.html and .pdf, Public_Report.html and public_summary.csv into the folder.

    The report explains the files that are in the folder by then. `remarks` says what is special about them.
    Returns False if the PDF cannot be set, and so is not there.
    """
    found = figures(con, county)
    listed = {"Summary_Report.html", "Public_Report.html", *(path.name for path in folder.iterdir())}
    found["remarks"] = list(remarks)
    found["files"] = [{"name": name, "meaning": FILES[name]} for name in FILES if name in listed]
    document = summary_document(found)
    (folder / "Summary_Report.html").write_text(html(document), encoding="utf-8")
    is_whole = True
    try:
        (folder / "Summary_Report.pdf").write_bytes(set_pdf("report.typ", found["as_of"], document=document))
    except CannotBeSet:
        is_whole = False
    public = public_figures(con, county)
    (folder / "Public_Report.html").write_text(html(public_document(public)), encoding="utf-8")
    with (folder / "public_summary.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, PUBLIC_COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {
                "county": county,
                "as_of": public["as_of"].isoformat(),
                "policy": public["policy"]["policy"],
                **row,
            }
            for row in public["groups"]
        )
    return is_whole


# What the marts say


def figures(con: duckdb.DuckDBPyConnection, county: str) -> dict[str, Any]:
    """All that the summary report says of a county, by name; a number is what a mart holds or a sum over its rows."""

    def rows(query: str) -> list[dict[str, Any]]:
        return fetch(con, query, county)

    settings = run_settings(con)
    [inputs] = rows(
        "select count(*) as files, coalesce(sum(lines), 0) as lines, coalesce(sum(records), 0) as records,"
        " coalesce(sum(set_aside_lines), 0) as unread_lines, (select count(*) from set_aside_lines) as set_aside"
        " from raw_reconciliation"
    )
    [overview] = rows(
        "select coalesce(sum(prop64_convictions), 0) as convictions,"
        " coalesce(sum(subjects_with_prop64_conviction), 0) as people,"
        " coalesce(sum(prop64_felony_convictions), 0) as felonies,"
        " coalesce(sum(prop64_non_felony_convictions), 0) as non_felonies,"
        " coalesce(sum(prop64_unknown_level_convictions), 0) as unknown_level,"
        " coalesce(sum(already_relieved_convictions), 0) as already_relieved,"
        " min(earliest_conviction_date) as first_conviction from county_overview where county = $county"
    )
    impact = rows(
        "select policies.policy, policies.title,"
        + ", ".join(f" coalesce(impact.{name}, 0) as {name}" for name in IMPACT)
        + " from policies cross join run_settings as settings left join county_impact as impact"
        " on policies.policy = impact.policy and impact.county = $county"
        f" where policies.policy in (settings.criteria_policy, {', '.join(map(repr, WHAT_IFS))})"
        " order by policies.policy <> settings.criteria_policy, policies.policy_order"
    )
    decided = (
        "from county_decisions where county = $county and policy = (select criteria_policy from run_settings)"
    )
    return {
        "county": county,
        **settings,
        "criteria": rows("select * from int_county_criteria where county = $county"),
        "rules": rows(
            "select rule_order, rule_id, determination, reason, description, citation from dim_policy_rules"
            " where policy = (select criteria_policy from run_settings) order by rule_order"
        ),
        "inputs": inputs,
        "input_files": rows(
            "select file_name, lines, records, set_aside_lines from raw_reconciliation order by file_id"
        ),
        "overview": overview,
        "impact": impact,
        "sections": rows(
            "select sections.prop64_section, coalesce(sum(convictions), 0) as convictions,"
            " coalesce(sum(convictions) filter (where level = 'FELONY'), 0) as felonies,"
            " coalesce(sum(convictions) filter (where level = 'MISDEMEANOR'), 0) as misdemeanors,"
            " coalesce(sum(convictions) filter (where level = 'INFRACTION'), 0) as infractions,"
            " coalesce(sum(convictions) filter (where level is null and convictions is not null), 0) as unknown_level"
            " from (values ('11357'), ('11358'), ('11359'), ('11360')) as sections (prop64_section)"
            " left join (select * from county_prop64_convictions where county = $county) as convictions"
            " on sections.prop64_section = convictions.prop64_section"
            " group by rollup (sections.prop64_section) order by sections.prop64_section nulls last"
        ),
        "decisions": rows(
            f"select determination, reason, sum(convictions) as convictions {decided} group by 1, 2"
            f" order by {order('determination')}, convictions desc, reason"
        ),
        "decisions_by_section": rows(
            "select prop64_section, determination, sum(convictions) as convictions"
            f" {decided} group by 1, 2 order by prop64_section nulls last, {order('determination')}"
        ),
        "decisions_by_year": rows(
            "select conviction_year, determination, convictions from county_relief_by_year where county = $county"
            " and policy = (select criteria_policy from run_settings)"
            f" order by conviction_year nulls last, {order('determination')}"
        ),
        "demographics": rows(
            "select dimension, group_name, people, people_with_some_relief, people_with_full_relief, convictions,"
            " convictions_eligible from county_demographics where county = $county"
            " and policy = (select criteria_policy from run_settings)"
            f" order by {ORDER_OF_GROUPS}"
        ),
        "review": {
            "convictions": rows("select count(*) as n from court_needs_review where county = $county")[0][
                "n"
            ],
            "reasons": rows(
                f"select determination, reason, sum(convictions) as convictions {decided} and determination"
                " in (select determination from determinations where needs_review) group by 1, 2"
                f" order by {order('determination')}, convictions desc, reason"
            ),
            "conflicts": rows(
                "select fact, count(*) as convictions from court_needs_review,"
                " unnest(string_split(conflicting_facts, ', ')) as facts (fact)"
                " where county = $county group by fact order by convictions desc, fact"
            ),
        },
        "set_aside": rows(
            "select cause, count(*) as lines from set_aside_lines group by cause order by lines desc, cause"
        ),
    }


def public_figures(con: duckdb.DuckDBPyConnection, county: str) -> dict[str, Any]:
    """All that the public report says of a county: what county_public_summary holds, None where it is suppressed."""
    counts = "people, people_with_some_relief, people_with_full_relief, convictions, convictions_eligible"
    return {
        "county": county,
        **run_settings(con),
        "groups": fetch(
            con,
            f"select dimension, group_name, {counts} from county_public_summary where county = $county"
            f" order by {ORDER_OF_GROUPS}",
            county,
        ),
    }


IMPACT = (
    "convictions_decided",
    "dismissals",
    "reductions",
    "hand_reviews",
    "subjects",
    "subjects_with_some_relief",
    "subjects_no_felony",
    "subjects_no_conviction",
    "subjects_no_conviction_last_7_years",
)

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

ORDER_OF_GROUPS = (
    "list_position(['everyone', 'race or ethnicity', 'sex', 'age'], dimension),"
    " list_position(['Not recorded', 'Not shown'], group_name) nulls first, not starts_with(group_name, 'Under '), group_name"
)


def fetch(con: duckdb.DuckDBPyConnection, query: str, county: str) -> list[dict[str, Any]]:
    """The rows of a query by column name."""
    result = con.execute(query, {"county": county} if "$county" in query else None)
    names = [name for name, *_ in result.description or ()]
    return [dict(zip(names, map(printable, row), strict=True)) for row in result.fetchall()]


def printable(value: Any) -> Any:
    """Text without control characters, which neither XML nor paper can hold; any other value as it is."""
    if not isinstance(value, str):
        return value
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in value)


def run_settings(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The as-of date, and the policy whose decisions the run's files carry."""
    [policy] = fetch(
        con,
        "select as_of_date, policies.policy, title, description, citation from run_settings"
        " inner join policies on criteria_policy = policies.policy",
        "",
    )
    return {"as_of": policy.pop("as_of_date"), "policy": policy}


def order(column: str) -> str:
    """SQL that puts determinations in the order of the seed."""
    return f"list_position([{', '.join(map(repr, project.determinations()))}], {column})"


# What it says in words


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


def chart(kind: str, name: str, title: str, description: str, **values: Any) -> dict[str, Any]:
    """A chart block: an SVG picture with a title and a description; the table beside it has the same numbers."""
    svg = (
        environment()
        .get_template("charts.svg")
        .render(kind=kind, name=name, title=title, description=description, fills=FILLS, **values)
    )
    return {"kind": "chart", "title": title, "description": description, "svg": svg}


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


def section(heading: str, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    name = "".join(letter if letter.isalnum() else "-" for letter in heading.lower())
    return {"id": name, "heading": heading, "blocks": blocks}


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


def tile(n: int, label: str, note: str) -> dict[str, Any]:
    return {"number": number(n), "label": f"{'person' if n == 1 else 'people'} {label}", "note": note}


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


def on(chosen: bool) -> str:
    return "On" if chosen else "Off"


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


def law_name(law: str | None, otherwise: str) -> str:
    return f"HS {law}" if law else otherwise


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


def sorted_determinations(found: Iterable[str]) -> list[str]:
    """Each determination once, in the order of the charts."""
    return sorted(set(found), key=project.determinations().index)


def colored(series: Sequence[str]) -> list[dict[str, Any]]:
    """The series of a chart of determinations: each has its own color in every chart."""
    places = project.determinations()
    return [{"name": name, "color": min(places.index(name), COLORED)} for name in series]


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


def shortened(label: str) -> str:
    """A label that fits over a bar; the table beside has it in full."""
    return label if len(label) <= 45 else label[:44] + "…"


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


def capitalized(words: str) -> str:
    return words[:1].upper() + words[1:]


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
                        f" which one is a part of the other and lacks 1 to {smallest - 1} of it. Groups with such counts are put"
                        " together as Not shown, with further groups where one number could be worked out from"
                        " the others."
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


# How it is laid out


@cache
def environment() -> jinja2.Environment:
    """Jinja over the package's templates; what they are given is escaped."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def html(document: dict[str, Any]) -> str:
    """A document as one HTML file that fetches nothing."""
    return environment().get_template("report.html").render(document=document)
