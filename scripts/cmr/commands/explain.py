"""`cmr explain`: why a person's convictions were decided as they were, for two people to argue about.

Nothing is decided here: queries/explain reads what the models decided, and this module lays
it out as one document (schemas/explain.schema.json), which is shown on the terminal, as JSON or as a page.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmr import project, sql
from cmr.build import results
from cmr.errors import DONE, CmrError, WrongCall
from cmr.pages.explanation import Explanation, page
from cmr.pages.explanation_in_text import show
from cmr.terminal import output_in_utf8, show_json

if TYPE_CHECKING:
    import duckdb

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

Row = dict[str, Any]


def explain(subject: str, *, run: Path | None, policy: str | None, form: str, with_names: bool) -> int:
    """Shows the explanation on stdout and returns the exit status; raises CmrError if there is none."""
    found = ask(subject, run=run, policy=policy, with_names=with_names)
    if form == "json":
        show_json(found)
    elif form == "html":
        output_in_utf8().write(page(found))
    else:
        show(found)
    return DONE


def ask(subject: str, *, run: Path | None, policy: str | None, with_names: bool) -> Explanation:
    """Why the convictions of whoever has this number were decided as they were; raises CmrError if nobody has it."""
    with results.opened(results.warehouse_file(run)) as con:
        return explanation(con, subject, policy=policy, with_names=with_names)


def explanation(
    con: duckdb.DuckDBPyConnection, subject: str, *, policy: str | None, with_names: bool
) -> Explanation:
    """The explanation, from an opened warehouse."""
    policies = results.policies(con)
    if policy is not None and policy not in policies:
        near = project.nearest(policy, list(policies))
        raise WrongCall(f"--policy {policy!r}: this warehouse has no policy of this name{near}")
    people = sql.rows(con, sql.query("explain/people"), {"subject": subject.strip()})
    if not people:
        raise CmrError("nobody in this warehouse has this SUBJECT_ID, CII number or case number")
    if len(people) > MOST_PEOPLE:
        raise CmrError(
            f"{len(people):,} people have this SUBJECT_ID, CII number or case number; name one by SUBJECT_ID"
        )
    [(as_of, own_policy)] = con.execute("select as_of_date, criteria_policy from run_settings").fetchall()
    return Explanation(
        as_of.isoformat(),
        own_policy,
        policy,
        [person(con, row, policies, policy, with_names) for row in people],
    )


def person(
    con: duckdb.DuckDBPyConnection, row: Row, policies: dict[str, str], policy: str | None, with_names: bool
) -> Row:
    """One person: who it is, the facts about them, their history and their convictions."""
    key = row["subject_key"]
    evidence: dict[tuple[int | None, str], list[Row]] = {}
    for found in sql.rows(con, sql.query("explain/fact_lines"), {"subject_key": key}):
        place = {"file": found["file"], "line": found["line"]}
        evidence.setdefault((found["conviction_id"], found["fact"]), []).append(place)

    def fact(name: str, values: Row, conviction_id: int | None = None) -> Row:
        lines = evidence.get((conviction_id, name)) or evidence.get((None, name), [])
        return {"fact": name, "value": plain(values[name]), "lines": lines}

    rules: dict[int, dict[str, list[Row]]] = {}
    for rule in sql.rows(con, sql.query("explain/rules"), {"subject_key": key, "policy": policy}):
        rules.setdefault(rule["conviction_id"], {}).setdefault(rule["policy"], []).append(rule)
    history = sql.rows(con, sql.query("explain/history"), {"subject_key": key, "with_names": with_names})
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
            for conviction in sql.rows(con, sql.query("explain/convictions"), {"subject_key": key})
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
