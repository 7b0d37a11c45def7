"""What must hold of the dbt project itself: its documents, its layers, its keys and its words.

Read from the manifest of a fresh parse, and for columns from the warehouse of a run on the sample.
"""

import copy
import csv
import functools
import itertools
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

import public_columns
from cmr import project
from cmr.papers import papers

PACKAGE = "clear_my_record"
LAYERS = ["raw", "staging", "person_histories", "eligibility", "county_summaries", "court_files", "research"]

# Models without a test of a key of their own, and why.
NO_KEY_OF_THEIR_OWN = {
    "raw_extract_lines": "a row is known by its place in the table; the guards count them",
    "raw_extract_fields": "a row is known by its place in the table; the guards count them",
    "int_earlier_bars": "a person may have several bars that are alike",
}

# The keys that a test of another form proves, by the name of that test.
KEY_PROVED_BY = {
    "fct_decisions": "every_decision_stands_once_and_has_a_reason",
    "fct_rule_trace": "the_trace_has_every_rule_for_every_decision_once",
    "dim_policy_rules": "the_rules_in_sql_are_the_rules_of_the_seed",
}
# Their answers, one row each, are the decisions of fct_decisions.
KEY_OF_POLICIES_PROVED_BY = "each_policy_answers_for_exactly_the_convictions_of_its_scope"

# Called by dbt, or by nobody on purpose: an engine that is not written for must stop the build.
NOT_CALLED_BY_NAME = re.compile("default__.*|materialization_.*")

CLOCK_AND_CHANCE = re.compile(
    r"\b(current_date|current_timestamp|now\(|today\(|getdate\(|get_current_time|run_started_at|random\()",
    re.I,
)


# Generic tests whose description the page of `cmr docs` makes of their arguments. All others have one in their yml.
DESCRIBED_BY_THEIR_ARGUMENTS = {
    "not_null",
    "unique",
    "accepted_values",
    "relationships",
    "unique_combination",
}

# What SQL may name by itself, and why. Counties and other words of the seeds: test_words_are_data.py.
DATES_IN_SQL = {
    "earliest_date": [
        "1900-01-01"
    ],  # the one place for the day, from which known_date and known_birth have it
    "as_of_date": ["2020-07-01"],  # an example in the message on a date that is none
}
RELATIONS_IN_SQL = {
    "matching_files": ["glob"],  # DuckDB's function that lists files, not a relation
    # what the CSV reader itself puts aside while it reads, under the name that the statement before gave it
    "detected_encoding": ["probe_rejects", "probe_rejects_files"],
    "keep_reader_rejects": ["line_rejects", "line_rejects_files"],
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The project as dbt reads it. dbt's deprecations are errors, also those that it tells other engines' users only."""
    import dbt.jsonschemas.jsonschemas as schemas
    from dbt.cli.main import dbtRunner

    folder = tmp_path_factory.mktemp("parsed")
    root = str(project.root())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schemas, "_can_run_validations", lambda: True)
        patch.setenv("CMR_WAREHOUSE", str(folder / "warehouse.duckdb"))
        events: list[str] = []
        command = ["parse", "--no-partial-parse", "--show-all-deprecations", "--quiet"]
        command += ["--project-dir", root, "--profiles-dir", root]
        command += ["--target-path", str(folder / "target"), "--log-path", str(folder)]
        command += ["--no-send-anonymous-usage-stats", "--no-version-check"]
        parsed = dbtRunner(callbacks=[lambda event: events.append(event.info.name)]).invoke(command)
        assert parsed.success, parsed.exception
    deprecations = {name for name in events if name.endswith("Deprecation")}
    assert not deprecations
    yield parsed.result


def nodes(manifest: Any, *kinds: str) -> list[Any]:
    """The project's own nodes of these kinds, in order of their names."""
    found = [node for node in manifest.nodes.values() if str(node.resource_type) in kinds]
    return sorted((node for node in found if node.package_name == PACKAGE), key=lambda node: node.unique_id)


def relations(manifest: Any) -> list[Any]:
    """Models and seeds that are tables or views: an ephemeral model is a part of those that read it."""
    return [node for node in nodes(manifest, "model", "seed") if node.config.materialized != "ephemeral"]


def macros(manifest: Any) -> list[Any]:
    """The project's own macros, those of generic tests included."""
    return [macro for macro in manifest.macros.values() if macro.package_name == PACKAGE]


def layer(node: Any) -> str:
    """The folder of models/ that a model lies in."""
    return str(node.fqn[1])


def is_singular(test: Any) -> bool:
    return getattr(test, "test_metadata", None) is None


def signature(macro: Any) -> list[str]:
    """The names of a macro's arguments, as its SQL has them; a materialization has none."""
    if macro.name.startswith("materialization_"):
        return []
    kind = r"test\s+" if macro.name.startswith("test_") else r"macro\s+"
    name = macro.name.removeprefix("test_") if macro.name.startswith("test_") else macro.name
    found = re.search(rf"{{%-?\s*{kind}{name}\((.*?)\)\s*-?%}}", macro.macro_sql, re.S)
    assert found, macro.name
    return [part.split("=")[0].strip() for part in found[1].split(",") if re.match(r"\s*\w+\s*(=|$)", part)]


def test_everything_is_described(manifest: Any) -> None:
    missing = []
    for node in nodes(manifest, "model", "seed"):
        missing += [node.name] if not node.description.strip() else []
        missing += [
            f"{node.name}.{name}" for name, column in node.columns.items() if not column.description.strip()
        ]
    for source in manifest.sources.values():
        missing += [source.name] if not source.description.strip() else []
        missing += [
            f"{source.name}.{name}" for name, column in source.columns.items() if not column.description
        ]
    missing += [exposure.name for exposure in manifest.exposures.values() if not exposure.description]
    assert missing == []


def test_every_macro_and_its_arguments_are_described(manifest: Any) -> None:
    missing = []
    for macro in macros(manifest):
        if not macro.description.strip():
            missing.append(macro.name)
        described = [argument.name for argument in macro.arguments if argument.type and argument.description]
        # dbt gives a generic test what it is attached to
        given = {"model", "column_name"} if macro.name.startswith("test_") else set()
        wanted = [name for name in signature(macro) if name not in given]
        if described != wanted:
            missing.append(f"{macro.name}({', '.join(wanted)})")
    assert missing == []


def test_every_variable_is_described_on_the_first_page(manifest: Any) -> None:
    overview = manifest.docs[f"doc.{PACKAGE}.__overview__"].block_contents
    settings = (project.root() / "dbt_project.yml").read_text(encoding="utf-8")
    block = re.search(r"^vars:\n((?:  .*\n|\n)+)", settings, re.M)
    assert block
    variables = re.findall(r"^  (\w+):", block[1], re.M)
    assert variables
    assert [name for name in variables if f"| `{name}` |" not in overview] == []


def test_links_of_the_first_page_lead_somewhere(manifest: Any) -> None:
    overview = manifest.docs[f"doc.{PACKAGE}.__overview__"].block_contents
    linked = re.findall(r"\(#!/\w+/([\w.]+)\)", overview)
    assert linked
    assert [unique_id for unique_id in linked if unique_id not in manifest.nodes] == []


def test_the_pictures_of_the_first_page_show_what_is_made_of_what(manifest: Any) -> None:
    overview = manifest.docs[f"doc.{PACKAGE}.__overview__"].block_contents
    [picture] = re.findall(r"(?s)in ten boxes:\n\n```\n(.*?)```", overview)
    [steps] = re.findall(r"g_i=(raw[\w%]+)", overview)
    ids = {node.name: node.unique_id for node in nodes(manifest, "model", "seed")}
    shown = [name for name in re.findall(r"\b(?:raw|stg|dim|fct|court|county)_\w+", picture) if name in ids]
    assert len(shown) == 13  # ten boxes: two hold two tables, one names a seed
    assert not set(steps.split("%20")) - ids.keys()

    @functools.cache
    def made_of(name: str) -> set[str]:
        parents = [
            key for key in getattr(manifest.nodes[name].depends_on, "nodes", []) if key in ids.values()
        ]
        return set(parents).union(*map(made_of, parents))

    assert ids["dim_policy_rules"] in made_of(ids["fct_rule_trace"])
    order = ["raw_extract_lines", "stg_ca_doj__lines", "dim_offenses", "fct_convictions"]
    order += ["fct_conviction_facts", "county_criteria", "dim_policy_rules", "fct_decisions", "court_results"]
    for earlier, later in itertools.pairwise(order):
        assert ids[earlier] in made_of(ids[later]), (earlier, later)


def test_each_model_refers_to_its_own_layer_and_those_before_it(manifest: Any) -> None:
    wrong = []
    for model in nodes(manifest, "model"):
        assert layer(model) in LAYERS, model.name
        for parent in (manifest.nodes.get(name) for name in model.depends_on.nodes):
            if parent is None or str(parent.resource_type) == "seed":
                continue
            if LAYERS.index(layer(parent)) > LAYERS.index(layer(model)):
                wrong.append(f"{model.name} -> {parent.name}")
        # Only raw reads what lies outside, and these two the lines that never came in.
        sources = [name for name in model.depends_on.nodes if name.startswith("source.")]
        looks_outside = layer(model) == "raw" or model.name in ("set_aside_lines", "stg_ca_doj__set_aside")
        if sources and not looks_outside:
            wrong.append(f"{model.name} -> {sources[0]}")
    assert wrong == []


# What looks at the lines themselves: how good the data is, that no line is lost, and the columns of the line files.
READ_LINES = {
    "data_quality",
    "int_line_findings",
    "int_history_findings",
    "reconciliation",
    "court_possible_other_charges",
}


def test_behind_the_record_contract_no_model_names_a_source(manifest: Any) -> None:
    """A new source ends in the shapes of the contract and changes no history, fact, policy or file."""
    of_a_run = {"run_settings", "set_aside_lines"}
    read_by_contract: dict[str, set[str]] = {"records": set(), "behind": set()}
    for model in nodes(manifest, "model"):
        if layer(model) in ("raw", "staging") or model.name in READ_LINES:
            continue
        place = "records" if "records" in model.fqn else "behind"
        parents = (manifest.nodes.get(name) for name in model.depends_on.nodes)
        read_by_contract[place] |= {
            parent.name for parent in parents if parent and layer(parent) in ("raw", "staging")
        }
    assert read_by_contract["behind"] <= of_a_run
    assert {name.split("__")[-1] for name in read_by_contract["records"]} == {
        model.name.removeprefix("rec_") for model in nodes(manifest, "model") if "records" in model.fqn
    }


def test_no_model_names_a_relation_but_by_ref_or_source(manifest: Any) -> None:
    names = "|".join(node.name for node in nodes(manifest, "model", "seed"))
    direct = re.compile(rf"\b(from|join)\s+({names})\b", re.I)
    wrong = []
    for node in nodes(manifest, "model", "test"):
        # CTEs may have the name of a model's subject (statutes, rules), never of another model
        ctes = set(re.findall(r"(?:with|,)\s*(\w+)\s+as\s*\(", node.raw_code))
        wrong += [
            f"{node.name}: {found[2]}" for found in direct.finditer(node.raw_code) if found[2] not in ctes
        ]
    assert wrong == []


def without_comments(sql: str) -> str:
    return re.sub(r"(?s)\{#.*?#\}|--[^\n]*", " ", sql)


def dates_in(sql: str) -> list[str]:
    """Days that SQL names, however written."""
    day = r"\b(?:19|20)\d\d-?[01]\d-?[0-3]\d\b|\b\d{1,2}/\d{1,2}/(?:19|20)\d\d\b"
    return re.findall(day, without_comments(sql))


def relations_in(sql: str) -> list[str]:
    """What SQL selects from but for its own common table expressions, ref() and source()."""
    text = without_comments(sql)
    own = re.findall(r"(?:\bwith|,)\s*(?:recursive\s+)?(\w+)\s*(?:\([^()]*\)\s*)?as\s*\(", text, re.I)
    named = re.findall(r"(?<!distinct )\b(?:from|join)\s+((?:\w+|\"\w+\")(?:\.[\w\"]+)*)", text, re.I)
    return [name for name in named if name not in own]


def test_no_model_or_macro_has_a_hard_coded_relation_or_date(manifest: Any) -> None:
    """A day or a table by name would be a decision that no seed, variable or ref() shows."""
    texts = {node.name: node.raw_code for node in nodes(manifest, "model")}
    texts |= {macro.name: macro.macro_sql for macro in macros(manifest)}
    found = {name: (dates_in(sql), relations_in(sql)) for name, sql in texts.items()}
    wrong = {
        name: [*dates, *relations]
        for name, (dates, relations) in found.items()
        if dates != DATES_IN_SQL.get(name, []) or set(relations) != set(RELATIONS_IN_SQL.get(name, []))
    }
    assert wrong == {}
    assert (DATES_IN_SQL.keys() | RELATIONS_IN_SQL.keys()) <= texts.keys()


def test_a_hard_coded_relation_or_date_is_found() -> None:
    for sql in ("conviction_date >= date '2016-11-09'", "stp_event_date > '20161109'", "x = '11/9/2016'"):
        assert len(dates_in(sql)) == 1, sql
    for sql, name in (
        ("select * from main.fct_decisions", "main.fct_decisions"),
        ('select * from "main"."fct_decisions" as d', '"main"."fct_decisions"'),
        ("with a as (select 1) select * from a inner join dim_subjects using (k)", "dim_subjects"),
        ("select * from warehouse.main.rules", "warehouse.main.rules"),
    ):
        assert relations_in(sql) == [name]
    fine = """
        {# as of 2020-07-01 in SAN DIEGO #}
        with a as (select * from {{ ref('rules') }}), -- from main.rules
        b (x) as (select 1)
        select * from a inner join b on a.x is not distinct from b.x where y < {{ as_of_date() }} and z = 11357
    """
    assert dates_in(fine) == relations_in(fine) == []


def filters_without_where(text: str) -> list[str]:
    """Aggregates of some rows that say it as DuckDB alone reads it."""
    return re.findall(r"\) filter \((?!\s*where\b)[^)\n]*", text)


def test_an_aggregate_of_some_rows_says_where() -> None:
    folders = [
        project.root() / folder for folder in ("models", "macros", "tests", "analyses", "scripts", "docs")
    ]
    files = [
        path for folder in folders for path in folder.rglob("*") if path.suffix in (".sql", ".py", ".md")
    ]
    found = {path.name: filters_without_where(path.read_text(encoding="utf-8")) for path in files}
    assert {name: found[name] for name in found if found[name]} == {}


def test_an_aggregate_that_does_not_say_where_is_found() -> None:
    rows = "filter" + " ("  # apart, or this file would be found too
    assert filters_without_where(f"count(*) {rows}is_small)\nmin(a) {rows}\n    b\n)") != []
    assert filters_without_where(f"count(*) {rows}where a), min(a) {rows}\n    where b\n)") == []


def test_each_model_and_seed_has_a_tested_key(manifest: Any) -> None:
    keyed = set()
    not_null = set()
    unique = set()
    for test in nodes(manifest, "test"):
        if is_singular(test):
            continue
        if test.test_metadata.name == "unique_combination":
            keyed.add(test.attached_node)
        elif test.test_metadata.name == "unique":
            unique.add((test.attached_node, test.column_name))
        elif test.test_metadata.name == "not_null":
            not_null.add((test.attached_node, test.column_name))
    keyed |= {node for node, column in unique & not_null}
    proved_by = KEY_PROVED_BY | dict.fromkeys(policy_models(manifest), KEY_OF_POLICIES_PROVED_BY)
    tests = {test.name for test in nodes(manifest, "test") if is_singular(test)}
    assert set(proved_by.values()) <= tests
    missing = {node.name for node in relations(manifest) if node.unique_id not in keyed}
    assert missing == NO_KEY_OF_THEIR_OWN.keys() | proved_by.keys()


def test_every_macro_and_seed_is_used(manifest: Any) -> None:
    users = [*manifest.nodes.values(), *manifest.macros.values()]
    used_macros = {name for user in users for name in user.depends_on.macros}
    used_nodes = {name for node in nodes(manifest, "model") for name in node.depends_on.nodes}
    # dbt sees no call in a branch that parsing does not take.
    code = " ".join(node.raw_code for node in nodes(manifest, "model", "test"))
    unused = [
        macro.name
        for macro in macros(manifest)
        if macro.unique_id not in used_macros and f"{macro.name}(" not in code
    ]
    unused += [seed.name for seed in nodes(manifest, "seed") if seed.unique_id not in used_nodes]
    assert [name for name in unused if not NOT_CALLED_BY_NAME.fullmatch(name)] == []


def test_nothing_reads_the_clock_or_rolls_dice(manifest: Any) -> None:
    texts = {node.name: node.raw_code for node in nodes(manifest, "model", "test")}
    texts |= {macro.name: macro.macro_sql for macro in macros(manifest)}
    assert [name for name, text in texts.items() if CLOCK_AND_CHANCE.search(text)] == []


def test_public_models_have_a_contract_and_every_model_an_owner(manifest: Any) -> None:
    wrong = []
    for model in nodes(manifest, "model"):
        if not model.group:
            wrong.append(f"{model.name}: no group")
        is_public = str(model.access) == "public"
        # The record contract is read by the models behind it.
        if (is_public or "records" in model.fqn) != model.contract.enforced:
            wrong.append(f"{model.name}: public without a contract, or a contract without readers")
        if is_public and not all(column.data_type for column in model.columns.values()):
            wrong.append(f"{model.name}: a column without a type")
    assert wrong == []
    public = {model.name for model in nodes(manifest, "model") if str(model.access) == "public"}
    read_by_outsiders = {"dim_subjects", "dim_offenses", "fct_convictions", "fct_conviction_facts"}
    read_by_outsiders |= {"fct_decisions", "fct_rule_trace"}
    read_by_outsiders |= {
        model.name for model in nodes(manifest, "model") if model.name.startswith(("county_", "court_"))
    } - set(policy_models(manifest))
    assert read_by_outsiders <= public


def policy_models(manifest: Any) -> list[str]:
    return [model.name for model in nodes(manifest, "model") if model.fqn[1:3] == ["eligibility", "policies"]]


def test_a_run_makes_few_tests_on_its_own_data(manifest: Any) -> None:
    guards = [test for test in nodes(manifest, "test") if "guard" in test.tags]
    assert 0 < len(guards) <= 6
    assert all(test.config.meta.get("message") for test in guards), "a failed guard tells its message"


def test_every_data_test_says_what_holds(manifest: Any) -> None:
    """By a description, with a name that says it too; dbt's own and those on a column say it by their arguments."""
    missing = []
    for test in nodes(manifest, "test"):
        if is_singular(test):
            missing += [] if test.description else [test.name]
        elif test.test_metadata.name in DESCRIBED_BY_THEIR_ARGUMENTS or test.column_name:
            continue
        elif not test.description or test.name.startswith(test.test_metadata.name):
            missing.append(test.name)
    missing += [test.name for test in manifest.unit_tests.values() if not test.description]
    assert missing == []


def test_documented_columns_are_the_built_ones(manifest: Any, sample_run: Path) -> None:
    with duckdb.connect(str(sample_run / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select table_name, lower(column_name), lower(data_type) from information_schema.columns"
            " order by table_name, ordinal_position"
        ).fetchall()
    built = {
        name: {column: kind for _, column, kind in columns}
        for name, columns in itertools.groupby(rows, key=lambda row: row[0])
    }
    differences = {}
    for node in [*relations(manifest), *manifest.sources.values()]:
        if "research" in node.tags:  # not in a run: test_marts.py holds them against an export
            continue
        documented = {name.lower() for name in node.columns}
        optional = set(node.config.meta.get("columns_that_may_be_missing", []))
        only = (documented ^ built[node.name].keys()) - optional
        if only:
            differences[node.name] = sorted(only)
    assert differences == {}


def test_the_extracts_fields_are_described_in_the_words_of_the_seed(manifest: Any) -> None:
    with (project.root() / "seeds" / "doj_extract_columns.csv").open(newline="", encoding="utf-8") as file:
        words = {row["name"].lower(): row["description"] for row in csv.DictReader(file)}
    assert len(words) == 95
    for name in ("raw_doj__extract", "raw_extract_fields"):
        columns = manifest.nodes[f"model.{PACKAGE}.{name}"].columns
        for column, described in columns.items():
            if column != "line_id":
                assert " ".join(described.description.split()) == words[column]


def test_every_file_of_a_run_has_an_exposure_and_the_other_way_round(manifest: Any, sample_run: Path) -> None:
    files = [
        file for exposure in manifest.exposures.values() for file in exposure.config.meta.get("files", [])
    ]
    assert len(files) == len(set(files))
    on_request = {f"{papers.COURT_PAPERS}/*", f"{papers.NOTICES}/*"}
    assert set(files) == {path.name for path in sample_run.iterdir()} | on_request


def test_exposures_name_the_models_that_the_command_reads(manifest: Any) -> None:
    models = nodes(manifest, "model")
    public = {model.name for model in models if str(model.access) == "public"}
    # the name of a policy is a value too
    names = {model.name for model in models} - set(policy_models(manifest))
    code = [path for path in (project.root() / "scripts").rglob("*") if path.suffix in (".py", ".sql")]
    read = {
        name
        for path in code
        if path.name != "early_reading.py"  # which makes models in dbt's stead
        for name in re.findall(r"\w+", path.read_text(encoding="utf-8"))
        if name in names
    }
    exposed = {
        exposure.name: {manifest.nodes[parent].name for parent in exposure.depends_on.nodes}
        for exposure in manifest.exposures.values()
    }
    assert all(exposure.owner.name and exposure.label for exposure in manifest.exposures.values())
    assert set().union(*exposed.values()) <= public
    research = {model.name for model in models if "research" in model.tags}
    assert exposed.pop("warehouse_duckdb") == public - research
    assert exposed.pop("cmr_export_marts") == research | {"run_settings"}
    assert set().union(*exposed.values()) == read & public
    internal = [exposure.config.meta.get("internal", []) for exposure in manifest.exposures.values()]
    assert set(itertools.chain(*internal)) == read - public


def test_public_columns_change_only_with_a_new_version(manifest: Any) -> None:
    now, before = public_columns.promised(manifest), public_columns.published()
    assert public_columns.broken(before, now) == []
    assert before == now, "publish the new version: .venv/bin/python tests/python/public_columns.py"


def test_a_column_that_is_renamed_retyped_moved_added_or_dropped_breaks_the_promise() -> None:
    before = {"m": {"version": 1, "columns": {"a": "bigint", "b": "varchar"}}}
    for columns in (
        {"a": "bigint", "c": "varchar"},
        {"a": "bigint", "b": "integer"},
        {"b": "varchar", "a": "bigint"},
        {"a": "bigint", "b": "varchar", "c": "date"},
        {"a": "bigint"},
    ):
        now = copy.deepcopy(before)
        now["m"]["columns"] = columns
        [problem] = public_columns.broken(before, now)
        assert problem.startswith("m: ") and problem.endswith("raise its version")
        now["m"]["version"] = 2
        assert public_columns.broken(before, now) == []
        assert public_columns.broken(now, before) == ["m: version 2 was published, this is 1"]
    assert len(public_columns.broken(before, {})) == 1
    assert public_columns.broken(before, before | {"new": before["m"]}) == []


def test_the_interface_of_court_updates_has_the_version_of_its_model(manifest: Any) -> None:
    schema = project.root() / "docs" / "interfaces" / "court_updates.schema.json"
    version = json.loads(schema.read_text(encoding="utf-8"))["version"]
    [latest] = {model.latest_version for model in nodes(manifest, "model") if model.name == "court_updates"}
    assert version.split(".")[0] == str(latest)


def test_the_package_holds_every_file_that_it_reads() -> None:
    root = project.root()
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    folder = root / "scripts" / "cmr"
    patterns = ["**/*.py", *settings["tool"]["setuptools"]["package-data"]["cmr"]]
    packed = {path for pattern in patterns for path in folder.glob(pattern)}
    there = {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert there <= packed
