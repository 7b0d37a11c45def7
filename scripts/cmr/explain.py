"""`cmr explain`: why a person's convictions were decided as they were, for two people to argue about.

Nothing is decided here: queries/explain_*.sql reads what the models decided, and this module lays
it out as one document (explain.schema.json), which is shown on the terminal, as JSON or as a page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmr import project, results
from cmr.errors import DONE, CmrError, WrongCall
from cmr.terminal import output_in_utf8

if TYPE_CHECKING:
    import duckdb
    from rich.text import Text

FORMAT_VERSION = 1
MOST_PEOPLE = 50

PERSON_FACTS = (
    "date_of_birth",
    "is_deceased",
    "convictions_on_record",
    "prop64_convictions",
    "felony_convictions",
    "unknown_level_convictions",
    "last_known_conviction_date",
    "undated_convictions",
    "last_known_sentence_end_date",
    "unknown_sentence_ends",
    "superstrike_statutes",
    "pc290_statutes",
    "has_pc290_registration",
    "unread_convictions",
    "set_aside_convicted_lines",
)
# What is said of a conviction that the extract shows relieved already.
RELIEVED = {
    "yes": "already relieved: left out of what courts get",
    "maybe": "an entry for relief may be for this conviction or another one of its cycle",
}
# For these facts null means "has none", not "unknown".
NONE_IF_NULL = {"code", "section", "subdivision", "prop64_section", "superstrike_statutes", "pc290_statutes"}

Row = dict[str, Any]


def explain(subject: str, *, run: Path | None, policy: str | None, form: str, with_names: bool) -> int:
    """Shows the explanation on stdout and returns the exit status; raises CmrError if there is none."""
    with results.opened(results.warehouse_file(run)) as con:
        found = document(con, subject, policy=policy, with_names=with_names)
    if form == "json":
        print(json.dumps(found, indent=1))
    elif form == "html":
        output_in_utf8().write(page(found))
    else:
        show(found)
    return DONE


def document(con: duckdb.DuckDBPyConnection, subject: str, *, policy: str | None, with_names: bool) -> Row:
    """The explanation as explain.schema.json describes it."""
    policies = results.policies(con)
    if policy is not None and policy not in policies:
        near = project.nearest(policy, list(policies))
        raise WrongCall(f"--policy {policy!r}: this warehouse has no policy of this name{near}")
    people = results.rows(con, "explain_people", subject=subject.strip())
    if not people:
        raise CmrError("nobody in this warehouse has this SUBJECT_ID, CII number or case number")
    if len(people) > MOST_PEOPLE:
        raise CmrError(
            f"{len(people):,} people have this SUBJECT_ID, CII number or case number; name one by SUBJECT_ID"
        )
    [(as_of, own_policy)] = con.execute("select as_of_date, criteria_policy from run_settings").fetchall()
    return {
        "format_version": FORMAT_VERSION,
        "as_of": as_of.isoformat(),
        "run_policy": own_policy,
        "policy": policy,
        "people": [person(con, row, policies, policy, with_names) for row in people],
    }


def person(
    con: duckdb.DuckDBPyConnection, row: Row, policies: dict[str, str], policy: str | None, with_names: bool
) -> Row:
    """One person: who it is, the facts about them, their history and their convictions."""
    key = row["subject_key"]
    evidence: dict[tuple[int | None, str], list[Row]] = {}
    for found in results.rows(con, "explain_fact_lines", subject_key=key):
        place = {"file": found["file"], "line": found["line"]}
        evidence.setdefault((found["conviction_id"], found["fact"]), []).append(place)

    def fact(name: str, values: Row, conviction_id: int | None = None) -> Row:
        lines = evidence.get((conviction_id, name)) or evidence.get((None, name), [])
        return {"fact": name, "value": plain(values[name]), "lines": lines}

    rules: dict[int, dict[str, list[Row]]] = {}
    for rule in results.rows(con, "explain_rules", subject_key=key, policy=policy):
        rules.setdefault(rule["conviction_id"], {}).setdefault(rule["policy"], []).append(rule)
    history = results.rows(con, "explain_history", subject_key=key, with_names=with_names)
    return {
        "subject_id": row["subject_id"],
        "cii_number": row["cii_number"],
        **({"name": row["subject_name"]} if with_names else {}),
        "found_by": row["found_by"],
        "files": sorted({line["file"] for line in history}),
        "conflicts": row["conflicts"],
        "facts": [fact(name, row) for name in PERSON_FACTS],
        "history": [
            {name: plain(value) for name, value in line.items() if name != "line_id"} for line in history
        ],
        "convictions": [
            {
                "statute": conviction["statute_as_written"],
                "level": conviction["level"],
                "date": plain(conviction["conviction_date"]),
                "county": conviction["county"],
                "case_numbers": conviction["case_numbers"],
                "count": conviction["cnt_order"],
                "lines": evidence.get((conviction["conviction_id"], "sentence_end_date"), []),
                "sentence_end_date": plain(conviction["sentence_end_date"]),
                "conflicts": conviction["conflicts"],
                "already_relieved": conviction["already_relieved"],
                "criteria_source": conviction["criteria_source"],
                "decisions": [
                    decision(answers, conviction, fact)
                    for answers in rules.get(conviction["conviction_id"], {}).values()
                ],
                "not_covered_by": [
                    name
                    for name in policies
                    if policy in (None, name) and name not in rules.get(conviction["conviction_id"], {})
                ],
            }
            for conviction in results.rows(con, "explain_convictions", subject_key=key)
        ],
    }


def decision(answers: list[Row], conviction: Row, fact: Any) -> Row:
    """What one policy says of one conviction, with its rules in order."""
    first = answers[0]
    return {
        "policy": first["policy"],
        "title": first["title"],
        "determination": first["determination"],
        "reason": first["reason"],
        "missing_facts": first["decision_missing_facts"],
        "rules": [
            {
                "order": rule["rule_order"],
                "rule": rule["rule_id"],
                "description": rule["description"],
                "citation": rule["citation"],
                "determination": rule["rule_determination"],
                "answer": rule["answer"],
                "missing_facts": rule["missing_facts"],
                "is_first_met": rule["is_first_met"],
                "decides": rule["is_first_met"] and first["decision_missing_facts"] is None,
                "leaves_open": rule["leaves_open"],
                "is_after_the_first_met": rule["is_after_the_first_met"],
                "facts": [
                    fact(name, conviction, conviction["conviction_id"])
                    for name in dict.fromkeys(rule["columns_read"] or [])
                ],
            }
            for rule in answers
        ],
    }


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, date) else value


# In words


def label(name: str) -> str:
    """A column's name as words."""
    return name.replace("_", " ")


def in_words(fact: Row) -> str:
    """The value of a fact."""
    value = fact["value"]
    if value is None:
        return "none" if fact["fact"] in NONE_IF_NULL else "unknown"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def where(lines: Iterable[Row], files: list[str]) -> str:
    """The places of lines: extract.csv 2, 5; more.csv 3. Where all of a person is in one file: 2, 5."""
    by_file: dict[str, list[str]] = {}
    for place in lines:
        by_file.setdefault(place["file"], []).append(str(place["line"]))
    return "; ".join(
        ", ".join(numbers) if len(files) == 1 else f"{file} {', '.join(numbers)}"
        for file, numbers in by_file.items()
    )


def conviction_title(conviction: Row) -> str:
    """A conviction in one line."""
    parts = [
        conviction["statute"],
        conviction["level"] or "level unknown",
        conviction["county"] or "county unknown",
        f"convicted {conviction['date']}" if conviction["date"] else "date of conviction unknown",
    ]
    if conviction["case_numbers"]:
        parts.append(f"case {conviction['case_numbers']}")
    return ", ".join(parts)


def outcome(conviction: Row, policy: str) -> tuple[str, str]:
    """Determination and reason that one policy gives a conviction."""
    for one in conviction["decisions"]:
        if one["policy"] == policy:
            return one["determination"], one["reason"]
    return "not covered", ""


def answer_in_words(rule: Row) -> str:
    """Met, not met or undecided, and what that means for the decision."""
    if rule["answer"] == "undecided":
        words = f"undecided: missing {rule['missing_facts'] or 'a fact'}"
        return f"{words}; leaves the decision open" if rule["leaves_open"] else words
    if rule["is_first_met"]:
        return (
            "met: decides" if rule["decides"] else "met, but an undecided rule ahead leaves the decision open"
        )
    return str(rule["answer"])


# The page


def page(found: Row) -> str:
    """The explanation as one HTML page that needs no other file, to be read or printed."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "label": label,
        "in_words": in_words,
        "where": where,
        "answer_in_words": answer_in_words,
        "conviction_title": conviction_title,
        "outcome": outcome,
    }
    return environment.get_template("explain.html").render(found, relieved=RELIEVED)


# The terminal


def show(found: Row) -> None:
    """Prints the explanation: wide tables if the output is no terminal."""
    from rich.console import Console
    from rich.rule import Rule
    from rich.table import Column, Table

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)

    def table(*columns: str, rows: Iterable[list[str | Text]]) -> None:
        headers = (Column(column, overflow="fold") for column in columns)
        grid = Table(*headers, show_edge=False, pad_edge=False, header_style="bold")
        for row in rows:
            grid.add_row(*(printable(cell) for cell in row))
        console.print(grid)

    policy = found["policy"] or found["run_policy"]
    for one in found["people"]:
        files = one["files"]
        console.print(Rule(printable(f"SUBJECT_ID {one['subject_id']}", "bold")))
        identity = f"CII number {one['cii_number'] or 'unknown'}; found by {one['found_by']}"
        identity += f"; lines of {', '.join(files)}; ages and years counted to {found['as_of']}"
        console.print(printable(f"{one['name']}; {identity}" if "name" in one else identity))
        if one["conflicts"]:
            console.print(printable(f"The lines disagree on: {', '.join(one['conflicts'])}", "yellow"))
        console.print()
        table(
            "The person",
            "",
            "lines",
            rows=(
                [label(fact["fact"]), in_words(fact), where(fact["lines"], files)] for fact in one["facts"]
            ),
        )
        if one["convictions"]:
            console.print()
            table(
                *(f"The decisions of {policy}", "", ""),
                rows=(
                    [conviction_title(conviction), *outcome(conviction, policy)]
                    for conviction in one["convictions"]
                ),
            )
        console.print()
        table(
            *("Cycle", "Event", "Count", "Part", "Date", "What", "County", "OFN", "Charge", "Lists"),
            *("Disposition", "Level", "Sentence", "Line"),
            rows=(history_cells(line, files) for line in one["history"]),
        )
        if not one["convictions"]:
            console.print("\nNo conviction that a policy can decide.")
        for conviction in one["convictions"]:
            console.print()
            console.print(Rule(printable(conviction_title(conviction), "bold"), align="left"))
            details = [f"line {where(conviction['lines'], files)}"]
            details += [f"sentence ends {conviction['sentence_end_date'] or 'on an unknown day'}"]
            if conviction["conflicts"]:
                details += [f"the lines disagree on: {', '.join(conviction['conflicts'])}"]
            if conviction["already_relieved"] != "no":
                details += [RELIEVED[conviction["already_relieved"]]]
            if conviction["criteria_source"]:
                details += [f"the county's criteria: {conviction['criteria_source']}"]
            console.print(printable("; ".join(details)))
            for one_decision in conviction["decisions"]:
                own = " (this run's files follow it)" if one_decision["policy"] == found["run_policy"] else ""
                console.print()
                console.print(printable(f"{one_decision['title']}: {one_decision['policy']}{own}", "bold"))
                words = f"=> {one_decision['determination']}: {one_decision['reason']}"
                console.print(printable(words, "bold cyan"))
                table(
                    *("#", "Rule", "By", "Answer", "Looked at", "Would give"),
                    rows=(rule_cells(rule, files) for rule in one_decision["rules"]),
                )
            if conviction["not_covered_by"]:
                console.print()
                console.print(printable(f"Not covered by: {', '.join(conviction['not_covered_by'])}", "dim"))
        console.print()


def history_cells(line: Row, files: list[str]) -> list[str | Text]:
    """A line of the history in the columns of the terminal's table."""
    happened = line["event_type"] or ""
    return [
        *(str(line[name] if line[name] is not None else "") for name in ("cycle", "event", "count", "part")),
        line["event_date"] or (f"unknown ({line['unread_date']})" if line["unread_date"] else "unknown"),
        f"SET ASIDE: {line['set_aside_cause']}" if line["set_aside_cause"] else happened,
        line["county"] or "",
        line["ofn"] or "",
        line["charge"] or "",
        ", ".join(line["lists"] or []),
        line["disposition"] or "",
        line["level"] or "",
        line["sentence"] or "",
        where([line], files),
    ]


def rule_cells(rule: Row, files: list[str]) -> list[str | Text]:
    """A rule in the columns of the terminal's table."""
    style = "dim" if rule["is_after_the_first_met"] else ""
    answer_style = style or {"met": "green", "undecided": "yellow"}.get(rule["answer"], "")
    looked_at = []
    for fact in rule["facts"]:
        places = f" [line {where(fact['lines'], files)}]" if fact["lines"] else ""
        looked_at.append(f"{label(fact['fact'])}: {in_words(fact)}{places}")
    return [
        printable(rule["order"], style),
        printable(rule["description"], style),
        printable(rule["citation"], style),
        printable(answer_in_words(rule), answer_style),
        printable("\n".join(looked_at), style),
        printable(rule["determination"], style),
    ]


def printable(value: object, style: str = "") -> Text:
    """Text as it stands, no markup in it, without the characters that a terminal would obey."""
    from rich.text import Text

    if isinstance(value, Text):
        return value
    kept = "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in str(value))
    return Text(kept, style=style)
