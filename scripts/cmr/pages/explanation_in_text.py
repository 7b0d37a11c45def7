"""An explanation on the terminal (`cmr explain`)."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cmr.pages.explanation import (
    RELIEVED,
    Explanation,
    Row,
    answer_in_words,
    conviction_title,
    in_words,
    label,
    outcome,
    where,
)
from cmr.terminal import printable

if TYPE_CHECKING:
    from rich.text import Text


def show(found: Explanation) -> None:
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

    policy = found.policy or found.run_policy
    for one in found.people:
        files = one["files"]
        console.print(Rule(printable(f"SUBJECT_ID {one['subject_id']}", "bold")))
        identity = f"CII number {one['cii_number'] or 'unknown'}; found by {one['found_by']}"
        identity += f"; lines of {', '.join(files)}; ages and years counted to {found.as_of}"
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
                own = " (this run's files follow it)" if one_decision["policy"] == found.run_policy else ""
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
