"""An explanation in words, and as a page to be read or printed (`cmr explain`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from cmr.pages import layout

# What is said of a conviction that the extract shows relieved already.
RELIEVED = {
    "yes": "already relieved: left out of what courts get",
    "maybe": "an entry for relief may be for this conviction or another one of its cycle",
}
# For these facts null means "has none", not "unknown".
NONE_IF_NULL = {"code", "section", "subdivision", "prop64_section", "superstrike_statutes", "pc290_statutes"}

Row = dict[str, Any]


@dataclass(frozen=True)
class Explanation:
    """A person's history and decisions, or those of all who have the number, as schemas/explain.schema.json says."""

    as_of: str
    run_policy: str
    policy: str | None
    people: list[Row]


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


def page(found: Explanation) -> str:
    """The explanation as one HTML page that needs no other file, to be read or printed."""
    environment = layout.environment().overlay()
    environment.filters = environment.filters | {
        "label": label,
        "in_words": in_words,
        "where": where,
        "answer_in_words": answer_in_words,
        "conviction_title": conviction_title,
        "outcome": outcome,
    }
    return str(environment.get_template("explain.html").render(asdict(found), relieved=RELIEVED))
