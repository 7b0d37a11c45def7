"""`cmr explain`: everything that a decision rests on, and nothing about a person that it does not need."""

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest

import support
from cmr import project, sql, terminal
from cmr.build import results
from cmr.commands import explain

CANARIES = ("DOE", "CANARY", "999-88-7777", "D7654321")
DETAILS = {"PRI_SSN": "999-88-7777", "PRI_CDL": "D7654321"}
SPAN = "<script>alert('&')</script>"

PEOPLE = [
    # 1001, lines 2 to 7: a history with every source of facts, and comments that name people.
    DETAILS | {"CNT_ORDER": "001001001000", "STP_TYPE_DESCR": "ARREST", "DISP_DESCR": "", "PRI_DOB": ""},
    DETAILS | {"CNT_ORDER": "001002001000"},
    DETAILS | {"CNT_ORDER": "001002001000", "SENT_LENGTH": "2", "SENT_TIME_CODE": "Y", "PRI_DOB": "19610314"},
    DETAILS | {"CNT_ORDER": "002001001000", "OFFENSE_DESCR": "", "COMMENT_TEXT": "WITNESS CANARY,PETE"},
    DETAILS
    | {
        "CNT_ORDER": "003001001000",
        "OFFENSE_DESCR": "SEE COMMENT FOR CHARGE",
        "COMMENT_TEXT": "CHRG 11358 HS-FOR CANARY,PAUL",
        "STP_EVENT_DATE": "20020000",
    },
    DETAILS | {"CNT_ORDER": "12", "STP_EVENT_DATE": ""},
    # 1002, lines 8 and 9: a superstrike whose membership is open; text that a page or a terminal would obey.
    {"SUBJECT_ID": "1002", "CII_NUMBER": "A1002", "OFN": "C-2", "OFFENSE_DESCR": f"11360(A) HS-{SPAN}"},
    {
        "SUBJECT_ID": "1002",
        "CII_NUMBER": "A1002",
        "CNT_ORDER": "001001002000",
        "STP_EVENT_DATE": "19990101",
        "OFFENSE_DESCR": "261 PC-RAPE",
        "DISP_DESCR": "CONVICTED-\x1b[31mJAIL [bold]",
        "OFN": "C-2",
    },
    # 1003, line 10: no date of conviction and no level; also in the case C-1.
    {
        "SUBJECT_ID": "1003",
        "CII_NUMBER": "A1003",
        "STP_EVENT_DATE": "00000000",
        "CONV_STAT_DESCR": "",
        "OFFENSE_TOC": "",
        "OFN": " C-1",
    },
    # 1004, line 11: nothing that a policy decides.
    {"SUBJECT_ID": "1004", "CII_NUMBER": "A1004", "OFFENSE_DESCR": "459 PC-BURGLARY", "OFN": "C-4"},
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run on PEOPLE, in Los Angeles, with its list. Read only."""

    def make(folder: Path) -> None:
        rows = [person | {"STP_ORI_CNTY_NAME": "LOS ANGELES"} for person in PEOPLE]
        extract = support.extract(folder, rows)
        done = support.run(extract, folder / "out", "--criteria", "pilot_los_angeles", county="LOS ANGELES")
        assert done.returncode == 3, done.stderr

    return support.made_once(tmp_path_factory, "explained_run", make) / "out"


def asked(run: Path, subject: str, *words: str) -> Any:
    """The JSON that `cmr explain` gives, once it is what its schema says."""
    done = support.cmr("explain", subject, "--run", run, "--format", "json", *words)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    validate(found)
    return found


def validate(found: Any) -> None:
    schema = project.schema("explain")
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(found)


def facts_of(rule: dict[str, Any]) -> dict[str, tuple[Any, list[int]]]:
    return {fact["fact"]: (fact["value"], [line["line"] for line in fact["lines"]]) for fact in rule["facts"]}


# What it says


def test_a_person_with_facts_and_their_lines(run: Path) -> None:
    found = asked(run, "1001")
    assert (found["as_of"], found["run_policy"]) == ("2020-07-01", "pilot_los_angeles")
    [person] = found["people"]
    assert (person["subject_id"], person["cii_number"], person["found_by"]) == ("1001", "A1001", "SUBJECT_ID")
    assert person["conflicts"] == ["date of birth"]
    facts = facts_of(person)
    assert facts["date_of_birth"] == ("1960-03-14", [3])
    assert facts["convictions_on_record"] == (3, [3, 5, 6])
    assert facts["undated_convictions"] == (1, [6])
    assert facts["is_deceased"] == (False, [])
    [cultivation, sale] = sorted(person["convictions"], key=lambda one: one["statute"])
    assert (cultivation["statute"], cultivation["date"], cultivation["lines"]) == (
        "11358 HS",
        None,
        [{"file": "extract.csv", "line": 6}],
    )
    assert (sale["date"], sale["sentence_end_date"], sale["case_numbers"]) == (
        "2001-02-03",
        "2003-05-04",
        "C-1",
    )
    assert [line["line"] for line in sale["lines"]] == [3, 4]


def test_the_history_is_whole_and_in_order(run: Path) -> None:
    [person] = asked(run, "1001")["people"]
    assert [line["line"] for line in person["history"]] == [2, 3, 4, 5, 6, 7]
    arrest, first, _, comment, parsed, aside = person["history"]
    assert (arrest["event_type"], arrest["is_convicted"], arrest["lists"]) == ("ARREST", False, ["Prop 64"])
    assert (first["cycle"], first["event"], first["count"], first["sentence"]) == (1, 2, 1, "90 D")
    assert comment["charge"] == "stands in COMMENT_TEXT, not shown"
    assert (parsed["charge"], parsed["event_date"], parsed["unread_date"]) == ("11358 HS", None, "20020000")
    assert aside["set_aside_cause"] == "CNT_ORDER has fewer than 12 digits"


def test_a_rule_that_is_undecided_says_what_is_missing(run: Path) -> None:
    [person] = asked(run, "1003", "--policy", "pilot_los_angeles")["people"]
    [conviction] = person["convictions"]
    [decision] = conviction["decisions"]
    assert decision["reason"] == "Missing level of offense, date of conviction"
    felony, date, *_ = decision["rules"]
    assert (felony["answer"], felony["missing_facts"], felony["leaves_open"]) == (
        "undecided",
        "level of offense",
        True,
    )
    assert facts_of(felony) == {"is_felony": (None, [10])}
    assert (date["answer"], date["missing_facts"]) == ("undecided", "date of conviction")
    assert not any(rule["decides"] for rule in decision["rules"])


def test_a_bar_is_shown_with_its_lines(run: Path) -> None:
    [person] = asked(run, "1002", "--policy", "pilot_los_angeles")["people"]
    [decision] = person["convictions"][0]["decisions"]
    bar = next(rule for rule in decision["rules"] if rule["rule"] == "earlier_superstrike")
    assert (bar["answer"], bar["missing_facts"]) == ("undecided", "a fact about 261 PC")
    assert facts_of(bar) == {"has_earlier_superstrike": (None, [9])}


def test_people_are_found_by_every_number(run: Path) -> None:
    assert [one["subject_id"] for one in asked(run, "A1002")["people"]] == ["1002"]
    shared = asked(run, "c-1")["people"]
    assert [(one["subject_id"], one["found_by"]) for one in shared] == [
        ("1001", "case number"),
        ("1003", "case number"),
    ]


def test_someone_without_a_conviction_to_decide(run: Path) -> None:
    [person] = asked(run, "1004")["people"]
    assert (person["convictions"], len(person["history"])) == ([], 1)
    done = support.cmr("explain", "1004", "--run", run)
    assert "No conviction that a policy can decide." in done.stdout


def test_all_forms_say_the_same(run: Path) -> None:
    [person] = asked(run, "1002")["people"]
    for form in ("text", "html"):
        shown = support.cmr("explain", "1002", "--run", run, "--format", form).stdout
        for decision in person["convictions"][0]["decisions"]:
            assert decision["policy"] in shown
            assert f"{decision['determination']}: {decision['reason']}" in shown
        assert "undecided: missing a fact" in shown


def test_explanations_of_the_sample_are_what_the_models_decided(sample_run: Path) -> None:
    with results.opened(sample_run / "warehouse.duckdb") as con:
        rules: dict[str, list[str]] = {}
        query = "select policy, rule_id from dim_policy_rules order by policy, rule_order"
        for policy, rule in con.execute(query).fetchall():
            rules.setdefault(policy, []).append(rule)
        query = (
            "select subject_id from dim_subjects where subject_key in (select subject_key from fct_decisions)"
        )
        subjects = [subject for (subject,) in con.execute(f"{query} order by 1 limit 25").fetchall()]
        for subject in subjects:
            found = explain.explanation(con, subject, policy=None, with_names=False)
            validate(terminal.in_json(found))
            shown = []
            for conviction in found.people[0]["convictions"]:
                for decision in conviction["decisions"]:
                    assert [rule["rule"] for rule in decision["rules"]] == rules[decision["policy"]]
                    met = [rule for rule in decision["rules"] if rule["answer"] == "met"]
                    assert [rule["is_first_met"] for rule in met] == [True] + [False] * (len(met) - 1)
                    if decision["missing_facts"] is None:
                        assert met[0]["decides"]
                        assert met[0]["determination"] == decision["determination"]
                    shown.append((decision["policy"], decision["determination"], decision["reason"]))
            decided = con.execute(
                "select policy, determination, reason from fct_decisions"
                " inner join dim_subjects using (subject_key) where subject_id = ?",
                [subject],
            ).fetchall()
            assert sorted(shown) == sorted(decided)
            assert found.people[0]["history"]


# What it does not say


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_nobody_is_named_unless_names_are_asked_for(run: Path, form: str) -> None:
    done = support.cmr("explain", "1001", "--run", run, "--format", form)
    assert not [canary for canary in CANARIES if canary in done.stdout + done.stderr]
    named = support.cmr("explain", "1001", "--run", run, "--format", form, "--with-names").stdout
    assert [canary for canary in CANARIES if canary in named] == ["DOE", "CANARY"]


def test_text_of_the_extract_is_only_text(run: Path) -> None:
    page = support.cmr("explain", "1002", "--run", run, "--format", "html").stdout
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;" in page
    shown = support.cmr("explain", "1002", "--run", run).stdout
    assert "\x1b" not in shown
    assert "[bold]" in shown


def test_the_page_needs_nothing_else(run: Path) -> None:
    page = support.cmr("explain", "1001", "--run", run, "--format", "html").stdout
    assert page.startswith("<!doctype html>")
    assert not [word for word in ("http", "src=", "@import", "url(") if word in page]


# Wrong calls


def test_wrong_calls_get_one_plain_message(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).close()
    text = tmp_path / "text.duckdb"
    text.write_text("no database")
    for words, status, message in [
        (["1001x", "--run", run], 1, "nobody in this warehouse"),
        (["1001", "--run", tmp_path / "none"], 2, "no such warehouse"),
        (["1001", "--run", tmp_path], 2, "no such warehouse"),
        (["1001", "--run", other], 1, "not the warehouse of a finished run"),
        (["1001", "--run", text], 1, "not a DuckDB file"),
        (["1001", "--run", run, "--policy", "pilot_los_angles"], 2, "did you mean pilot_los_angeles"),
    ]:
        done = support.cmr("explain", *words)
        assert (done.returncode, done.stdout) == (status, ""), done.stderr
        assert done.stderr.startswith("cmr: ") and message in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_warehouse_of_another_name_is_read_and_left_as_it_is(run: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kept for court.duckdb"
    copy.write_bytes((run / "warehouse.duckdb").read_bytes())
    copy.chmod(0o400)
    before = hashlib.sha256(copy.read_bytes()).hexdigest()
    assert asked(copy, "1001") == asked(run, "1001")
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == before
    assert [path.name for path in tmp_path.iterdir()] == [copy.name]


# The declaration that it rests on


def columns_in(node: Any) -> set[str]:
    """The columns that a piece of a parsed query names."""
    if isinstance(node, dict):
        if node.get("class") == "COLUMN_REF":
            return {node["column_names"][-1]}
        if node.get("class") == "SUBQUERY":  # a parameter: no fact
            return set()
        node = list(node.values())
    return set().union(*map(columns_in, node)) if isinstance(node, list) else set()


def facts_in_sql(con: duckdb.DuckDBPyConnection, policy: str, policies: set[str]) -> dict[str, set[str]]:
    """The facts that the condition of each rule of a policy names, from the SQL of its view."""
    query = "select sql from duckdb_views() where database_name = 'warehouse' and view_name = ?"
    [(definition,)] = con.execute(query, [policy]).fetchall()
    select = definition.split(" AS ", 1)[1].rstrip(";")
    [(tree,)] = con.execute("select json_serialize_sql(?)", [select]).fetchall()
    conditions = json.loads(tree)["statements"][0]["node"]["from_table"]["subquery"]["node"]
    facts = {column["alias"]: columns_in(column) for column in conditions["select_list"] if column["alias"]}
    source = conditions["from_table"]["table_name"]
    if source in policies:  # a list that varies another one names its rules
        base = facts_in_sql(con, source, policies)
        facts = {rule: set().union(*(base[name] for name in named)) for rule, named in facts.items()}
    return facts


def columns_read(facts_read: str) -> set[str]:
    """The columns of the facts that a rule reads, by the seed."""
    columns = {row["fact"]: row["columns"].split(";") for row in project.seed("facts")}
    return {column for fact in facts_read.split(";") if fact for column in columns[fact]}


def test_each_rule_declares_the_facts_that_its_sql_reads(sample_run: Path) -> None:
    with results.opened(sample_run / "warehouse.duckdb") as con:
        declared: dict[str, dict[str, set[str]]] = {}
        query = "select policy, rule_id, facts_read from dim_policy_rules"
        for policy, rule, facts in con.execute(query).fetchall():
            declared.setdefault(policy, {})[rule] = columns_read(facts or "")
        assert {policy: facts_in_sql(con, policy, set(declared)) for policy in declared} == declared


def test_the_lines_of_every_fact_that_a_rule_reads_are_looked_up(sample_run: Path) -> None:
    query = sql.query("explain/fact_lines")
    read = set().union(*(columns_read(row["facts_read"]) for row in project.seed("rules")))
    with results.opened(sample_run / "warehouse.duckdb") as con:
        about_convictions = {name for name, *_ in con.execute("describe fct_conviction_facts").fetchall()}
        about_counties = {name for name, *_ in con.execute("describe int_county_criteria").fetchall()}
    assert read <= about_convictions | about_counties
    known = (read & about_convictions) | set(explain.PERSON_FACTS)
    assert not [fact for fact in known if f"'{fact}'" not in query]
