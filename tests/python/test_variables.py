"""Variables stay values: what dbt is given becomes a text or a number within the SQL, or is refused, and is never SQL.

One rule on how the project's templates may read a variable, and a compilation of all that reads one, with values
that somebody made to do harm.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from jinja2 import nodes

import rendered
from cmr import project
from cmr.build import parsed_project, runner

ROOT = project.root()
# Macros that make a text literal of a value, or let a number or a boolean pass and nothing else.
QUOTES = {"sql_text", "number_or_boolean"}
# What else may read a variable, and why no SQL comes of it: the compilation below proves it.
READS = {
    "macros/as_of.sql": {"as_of_date": "quoted, once it is a date"},
    "macros/eligibility/policies_of_build.sql": {"policies": "each must be a policy of the project"},
    "macros/eligibility/parameters.sql": {
        "parameters": "each name is quoted, and each number is a whole one"
    },
    "macros/raw/extracts.sql": {"extracts": "each path, name and encoding is quoted where it is used"},
    "macros/engine/files.sql": {"CMR_TEMP": "part of a path that is quoted where it is used"},
    "models/eligibility/int_county_criteria.sql": {
        "run_criteria": "each criterion is a number or a boolean where it is used"
    },
    "tests/every_parameter_that_a_run_gives_is_one_of_a_policy.sql": {"parameters": "each name is quoted"},
    # dbt's own settings, which are no SQL of the project
    "profiles.yml": dict.fromkeys(
        ["CMR_WAREHOUSE", "CMR_THREADS", "CMR_MEMORY_LIMIT", "CMR_TEMP"], "a setting"
    ),
}

MARK = "zqx"
HOSTILE = [
    f"{MARK}' or true --",
    f"'{MARK}",
    f"2020-07-01' as date), (select '{MARK}",
    f"1'\n; drop table {MARK}; --",
    f"{MARK}\\' /*",
    # dbt renders a variable that is a text: what comes of it is quoted all the same.
    f"{{{{ '{MARK}' ~ \"' or true --\" }}}}",
]
VARIABLES = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
# Never in SQL: whether contracts are checked.
NOT_COMPILED = {"check_contracts"}
# The variables that hold any text; a value that is wrong for another one is refused.
TEXTS = {"criteria_policy", "run_county"}


def templates() -> list[Path]:
    """The files of the project whose Jinja dbt renders."""
    files = [ROOT / "dbt_project.yml", ROOT / "profiles.yml"]
    for folder in ("models", "macros", "tests", "analyses", "seeds"):
        files += sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in (".sql", ".yml"))
    return [*files, *sorted((ROOT / "scripts").rglob("*.sql"))]


def unquoted(template: str) -> list[str]:
    """The variables that a template reads elsewhere than in the argument of a quoting macro, or in a condition."""
    from dbt_common.clients.jinja import get_environment

    tree = get_environment().parse(template)
    safe: set[int] = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in QUOTES:
            safe |= {id(argument) for argument in call.args}
    for choice in tree.find_all(nodes.If):
        safe.add(id(choice.test))
    return [
        call.args[0].value if isinstance(call.args[0], nodes.Const) else "?"
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("var", "env_var") and id(call) not in safe
    ]


def test_a_template_reads_a_variable_only_to_quote_it() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): unquoted(path.read_text(encoding="utf-8")) for path in templates()
    }
    assert {name: set(names) for name, names in found.items() if names} == {
        name: set(names) for name, names in READS.items()
    }


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("where policy = '{{ var(\"criteria_policy\") }}'", ["criteria_policy"]),
        ("{{ var('a') ~ sql_text(var('b')) }}", ["a"]),
        ("{{ sql_text(var('a') ~ var('b')) }}", ["a", "b"]),
        ("{% set a = var('a') %}{{ a }}", ["a"]),
        ("{% macro m() %}{{ env_var('A', 'x') }}{% endmacro %}", ["A"]),
        ("{{ sql_text(var('a')) }} {% if var('b') %}{{ number_or_boolean(var('c')) }}{% endif %}", []),
        ("{# var('a') #}", []),
    ],
)
def test_a_variable_that_is_not_quoted_is_found(template: str, found: list[str]) -> None:
    assert unquoted(template) == found


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from dbt.task.compile import CompileTask

    folder = tmp_path_factory.mktemp("variables")
    (folder / "tmp").mkdir()
    with (
        pytest.MonkeyPatch.context() as patch,
        runner.environment(CMR_WAREHOUSE=str(folder / "warehouse.duckdb"), CMR_TEMP=str(folder / "tmp")),
    ):
        # One refusal must not hide what becomes of the value elsewhere.
        patch.setattr(CompileTask, "raise_on_first_error", lambda self: False)
        yield parsed_project.load_manifest(folder)


def readers(manifest: Any, variable: str) -> list[str]:
    """What reads a variable, itself or through macros."""
    reading = re.compile(rf"""\b(?:env_)?var\(\s*['"]{variable}['"]""")
    macros = {name for name, macro in manifest.macros.items() if reading.search(macro.macro_sql)}
    while (
        more := {
            name for name, macro in manifest.macros.items() if macros.intersection(macro.depends_on.macros)
        }
        - macros
    ):
        macros |= more
    return [
        node.name
        for node in manifest.nodes.values()
        if macros.intersection(getattr(node.depends_on, "macros", []))
        or reading.search(node.raw_code + str(getattr(node, "test_metadata", "")))
    ]


def forms(variable: str, text: str) -> list[Any]:
    """A hostile text in each form that the variable may have."""
    if variable == "extracts":
        return [[text], [dict.fromkeys(("path", "name", "encoding"), text)]]
    if variable == "run_criteria":
        return [dict.fromkeys(rendered.CRITERIA, text)]
    if variable == "parameters":
        return [text, {text: 1}, {"pilot_los_angeles.age_from": text}]
    return [[text]] if variable == "policies" else [text]


def escaped(sql: str, text: str) -> int:
    """How often a hostile text stands in SQL elsewhere than, whole, in a text literal as DuckDB reads it."""
    places = [place for place, _ in duckdb.tokenize(sql)] + [len(sql.encode())]
    kinds = [kind for _, kind in duckdb.tokenize(sql)]
    held = 0
    for start, end, kind in zip(places, places[1:], kinds, strict=False):
        literal = sql.encode()[start:end].decode().rstrip()
        if kind == duckdb.token_type.string_const and re.fullmatch("(?s)'.+'", literal):
            held += MARK in literal and text in literal[1:-1].replace("''", "'")
    return sql.count(MARK) - held


def rendered_by_dbt(text: str) -> str:
    return f"{MARK}' or true --" if text.startswith("{{") else text


def compile_with(manifest: Any, folder: Path, variable: str, value: Any) -> dict[str, tuple[str, str]]:
    """What becomes of all that reads a variable: its SQL, or the message that refuses the value."""
    found: dict[str, tuple[str, str]] = {}
    names = readers(manifest, variable)
    while names:
        command = ["compile", "--vars", json.dumps({variable: value}), "--indirect-selection", "empty"]
        result = runner.invoke([*command, "--select", *names], folder, manifest)
        assert result.exception is None, result.exception
        # What hangs on a refused model is skipped: it is compiled without it.
        done = [one for one in result.result.results if one.status != "skipped"]
        assert done
        for one in done:
            is_sql = one.status == "success"
            found[one.node.name] = (one.node.compiled_code, "") if is_sql else ("", one.message)
        names = [name for name in names if name not in found]
    return found


@pytest.mark.parametrize("variable", sorted(VARIABLES.keys() - NOT_COMPILED))
def test_a_variable_is_quoted_or_refused_in_all_that_reads_it(
    tmp_path: Path, manifest: Any, variable: str
) -> None:
    refused = 0
    for text in HOSTILE:
        for form in forms(variable, text):
            found = compile_with(manifest, tmp_path, variable, form)
            assert found
            for name, (sql, message) in found.items():
                if sql:
                    assert len(duckdb.extract_statements(sql)) == 1, name
                    assert 0 in (escaped(sql, text), escaped(sql, rendered_by_dbt(text))), name
                else:
                    assert "CMR: " in message, name
                    refused += 1
    assert (refused == 0) == (variable in TEXTS)


def test_the_folder_for_temporary_files_is_quoted(tmp_path: Path, manifest: Any) -> None:
    template = "select * from {{ read_records(records_file(), 'utf-8', ['a']) }}"
    for text in HOSTILE:
        name = re.sub("[/*]", "", text)  # which would make folders or a pattern of it
        with runner.environment(CMR_TEMP=str(tmp_path / name)):
            result = runner.invoke(["compile", "--inline", template], tmp_path, manifest)
        assert result.success, result.exception
        sql = result.result.results[0].node.compiled_code
        assert MARK in sql
        assert escaped(sql, name) == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_sql_outside_a_text_is_found(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    assert escaped(f"select 1 where x = {quoted} -- '", text) == 0
    assert escaped(f"select 1 where x = concat('path/', {quoted[:-1]}/name')", text) == 0
    assert escaped(f"select 1 where x = '{text}'", text) > 0
    assert escaped(f"select 1 -- {quoted}", text) > 0
    assert escaped(f"select {text}", text) > 0
