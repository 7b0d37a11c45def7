"""What a seed holds stands nowhere else: determinations, labels of facts, statutes, counties and numbers of rules.

A model, macro, analysis or script that writes one of them again would keep its own when the seed changes.
"""

import ast
import re
from pathlib import Path

import duckdb
import pytest

from cmr import project

ROOT = project.root()
FOLDERS = ("models", "macros", "analyses", "scripts")

PROP64 = {"11357", "11358", "11359", "11360"}
FOUR = "its columns or options are named for the four sections"
A_READING = "how a text is read, not what is decided"
A_LIST = "a policy or what policies share: a list names its own sections"

# What files name all the same, and why.
ALLOWED: dict[str, dict[str, tuple[set[str], str]]] = {
    "determinations": {},
    "labels": {
        "scripts/cmr/queries/explain/people.sql": ({"date of birth"}, "a field whose lines disagree"),
    },
    "statutes": {
        "macros/possible_other_p64_charge.sql": (
            PROP64,
            "the one place for SQL; a data test holds it to the seed",
        ),
        "macros/eligibility/conditions.sql": ({"11357", "4060"}, A_LIST),
        "models/eligibility/policies/county_criteria.sql": (PROP64, FOUR),
        "models/eligibility/policies/pilot_los_angeles.sql": ({"11357"}, A_LIST),
        "models/eligibility/policies/pilot_sacramento.sql": ({"11357"}, A_LIST),
        "models/eligibility/policies/pilot_san_francisco.sql": ({"11358", "11359", "11360"}, A_LIST),
        "models/person_histories/fct_subject_records.sql": (PROP64, FOUR),
        "models/person_histories/int_charge_statutes.sql": ({"32"}, A_READING),
        "models/staging/ca_doj_extract/stg_ca_doj__lines.sql": ({"290"}, A_READING),
        "scripts/cmr/law/criteria.py": (PROP64, FOUR),
        "scripts/cmr/files/line_files.py": (PROP64, FOUR),
        "scripts/cmr/pages/figures.py": (PROP64, FOUR),
        "scripts/cmr/pages/summary.py": (PROP64, FOUR),
        "scripts/cmr/pages/docs_page.py": ({"290"}, "the title of a list"),
        "scripts/cmr/files/workbook.py": ({"290"}, "the title of a column"),
        "scripts/cmr/queries/explain/history.sql": ({"290"}, A_READING),
    },
    "counties": {
        f"models/eligibility/policies/{row['policy']}.sql": (
            {row["county"]},
            "the policy is the county's own",
        )
        for row in project.seed("policies")
        if row["county"] and not row["policy"].startswith("pilot_los_angeles_")
    },
    "numbers": {
        "macros/as_of.sql": ({"120"}, "no person is older: the date of birth is wrong"),
        "models/person_histories/dim_subjects.sql": ({"8"}, "no child is younger: one of the dates is wrong"),
        "models/person_histories/fct_convictions.sql": (
            {"8"},
            "no child is younger: one of the dates is wrong",
        ),
        "models/raw/raw_extract_files.sql": ({"47", "95"}, A_READING),
        "models/raw/raw_reassembled_lines.sql": ({"95"}, A_READING),
        "models/research/research_people.sql": ({"90"}, "higher ages are not given to researchers"),
        "analyses/what_one_more_option_would_do.sql": ({"5", "10", "21", "50"}, "the options that it tries"),
    },
}


# What makes or measures invented extracts decides nothing, and nobody reads it.
INVENTED = {"generate", "generate.py", "shares.py", "bench"}


def files() -> dict[str, str]:
    """The texts that decide or are shown, by path."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".sql", ".py", ".html", ".typ", ".json") and INVENTED.isdisjoint(path.parts)
    }


def literals(path: str, text: str) -> list[str]:
    """The text literals of a file; of other files than SQL and Python, all of it."""
    if path.endswith(".sql"):
        text = re.sub(r"(?s)\{#.*?#\}|--[^\n]*", " ", text)
        return [found for pair in re.findall(r"'([^'\n]*)'|\"([^\"\n]*)\"", text) for found in pair if found]
    if not path.endswith(".py"):
        return [text]
    tree = ast.parse(text)
    notes = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes
    ]


def determinations(path: str, text: str) -> set[str]:
    words = project.determinations()
    return {word for word in words for literal in literals(path, text) if word in literal}


def labels(path: str, text: str) -> set[str]:
    """Labels that are a literal, or a literal within SQL or code that is one."""
    words = [row["label"].partition("{")[0] for row in project.seed("facts") if row["label"]]
    quoted = {f"{mark}{word}{mark}" for word in words for mark in "'\""}
    found = literals(path, text)
    return {
        word for word in words for one in found if one == word or any(q in one for q in quoted if word in q)
    }


def statutes(path: str, text: str) -> set[str]:
    """Sections of the lists that a literal names with a code, or that are a literal."""
    sections = {row["section"] for row in project.seed("statutes")}
    codes = "|".join({row["code"] for row in project.seed("statutes")})
    found = set()
    for literal in literals(path, text):
        named = re.findall(
            rf"\b(?:{codes}) (\d[\w.]*)|\b(\d[\w.]*) (?:{codes})\b|'(\d[\w.]*)'", f"'{literal}'"
        )
        found |= {section for groups in named for section in groups if section in sections}
    return found


def counties(path: str, text: str) -> set[str]:
    names = {name.lower(): name for name in project.counties()}
    inner = [one for literal in literals(path, text) for one in [literal, *re.findall(r"'([^']*)'", literal)]]
    return {names[literal.lower()] for literal in inner if literal.lower() in names}


def numbers(path: str, text: str) -> set[str]:
    """Numbers over 1 that SQL adds as years or compares with."""
    if not path.endswith(".sql"):
        return set()
    text = re.sub(r"(?s)\{#.*?#\}|--[^\n]*", " ", text)
    years = re.findall(r"add_years\([^()]*,\s*(\d+)\)|years_before_as_of\((\d+)\)", text)
    compared = re.findall(r"[<>]=?\s*(\d+)\b(?!\s*\*)", text)
    return {n for n in [*(n for pair in years for n in pair), *compared] if n and int(n) > 1}


CHECKS = {check.__name__: check for check in (determinations, labels, statutes, counties, numbers)}


@pytest.mark.parametrize("kind", CHECKS)
def test_what_a_seed_holds_stands_nowhere_else(kind: str) -> None:
    found = {path: CHECKS[kind](path, text) for path, text in files().items()}
    allowed = {path: words for path, (words, _) in ALLOWED[kind].items()}
    assert {path: words for path, words in found.items() if words} == allowed


@pytest.mark.parametrize(
    ("kind", "path", "text", "found"),
    [
        ("determinations", "m.sql", "where determination = 'Hand Review'", {"Hand Review"}),
        ("determinations", "m.sql", "-- as Hand Review\nselect '{{ hand_review }}'", set()),
        ("determinations", "p.py", "QUERY = \"where x in ('Not eligible')\"", {"Not eligible"}),
        (
            "determinations",
            "p.py",
            'def f():\n    """Hand Review."""\n    return f"{1} Hand Review"',
            {"Hand Review"},
        ),
        ("determinations", "t.html", "<p>Eligible for Dismissal</p>", {"Eligible for Dismissal"}),
        ("labels", "m.sql", "'level' as fact, 'level of offense' as label", {"level of offense"}),
        ("labels", "m.sql", "'a fact about ' || statute", {"a fact about "}),
        ("labels", "p.py", "MISSING = {'level': ['level of offense']}", {"level of offense"}),
        ("labels", "p.py", "WORDS = 'the level of offense is shown'", set()),
        ("statutes", "m.sql", "code || ' ' || section in ('PC 32', 'HS 11364')", {"32", "11364"}),
        ("statutes", "m.sql", "\"section = '4060'\"", {"4060"}),
        ("statutes", "m.sql", "line_id < 11357 -- HS 11357", set()),
        ("counties", "m.sql", "county = 'SAN DIEGO'", {"SAN DIEGO"}),
        ("counties", "p.py", "QUERY = \"where county = 'Yolo'\"", {"YOLO"}),
        ("counties", "p.py", "COLOR = 'an orange line'", set()),
        ("numbers", "m.sql", "{{ add_years('date_of_birth', 21) }} > conviction_date", {"21"}),
        ("numbers", "m.sql", "{{ years_before_as_of(7) }}", {"7"}),
        ("numbers", "m.sql", "people >= 11 and n > 0", {"11"}),
        (
            "numbers",
            "m.sql",
            "{{ years_ago('years_clear', 'pilot_sacramento') }} and people >= smallest",
            set(),
        ),
    ],
)
def test_what_stands_elsewhere_is_found(kind: str, path: str, text: str, found: set[str]) -> None:
    assert CHECKS[kind](path, text) == found


def test_every_parameter_is_read_and_every_one_that_is_read_is_there() -> None:
    """A parameter that is not in the seed would be null, and what asks for it undecided."""
    reading = re.compile(r"""\b(?:parameter|years_ago)\(\s*['"](\w+)['"](?:,\s*(?:policy=)?['"](\w+)['"])?""")
    read = {(policy, name) for text in files().values() for name, policy in reading.findall(text)}
    assert read == {(row["policy"], row["name"]) for row in project.seed("parameters")}


def test_the_columns_of_the_last_years_are_named_for_their_number(sample_run: Path) -> None:
    with duckdb.connect(str(sample_run / "warehouse.duckdb"), read_only=True) as con:
        query = "select column_name from information_schema.columns where contains(column_name, '_last_')"
        names = [name for (name,) in con.execute(query).fetchall()]
    numbers = {found for name in names for found in re.findall(r"_last_(\d+)_years", name)}
    assert numbers == {project.parameter("recent_years")}
