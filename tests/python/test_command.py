"""`cmr run` as a user calls it: what comes out, and that nothing is lost or half written when it cannot."""

import csv
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb
import pytest

import support
from cmr import project
from cmr.build import parsed_project, warehouse
from cmr.commands.options import read_date
from cmr.errors import CmrError, plain
from cmr.files import line_files
from cmr.law.criteria import Criteria
from cmr.progress import StageProgress
from cmr.workplace import held

FILES = {
    "All_Results.csv",
    "All_Results_Condensed.csv",
    "Prop64_Results.csv",
    "summary.json",
    "Needs_Review.csv",
    "Court_Updates.csv",
    "Related_Charges.csv",
    "Set_Aside.csv",
    "Summary_Report.html",
    "Summary_Report.pdf",
    "Public_Report.html",
    "public_summary.csv",
    "Prop64_Results.xlsx",
}
RUN_FILES = {"Data_Quality.html", "manifest.json", "warehouse.duckdb"}


def assert_refused(done: subprocess.CompletedProcess[str], status: int, *words: str) -> None:
    """One plain message, no traceback, no person, and no trace on the disk."""
    assert done.returncode == status, done.stderr
    message = done.stderr.strip().splitlines()[-1]
    assert message.startswith("cmr: ")
    for word in words:
        assert word in message
    assert "Traceback" not in done.stderr
    assert "DOE" not in done.stderr + done.stdout


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# What comes out


def test_the_files_of_a_run(sample_run: Path) -> None:
    assert {path.name for path in sample_run.iterdir()} == FILES | RUN_FILES
    for path in [sample_run, *sample_run.iterdir()]:
        assert path.stat().st_mode & 0o077 == 0, f"{path} can be read by others"


def test_lines_are_in_order_in_however_many_pieces(
    sample_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_files, "LINES_AT_ONCE", 7)
    support.export_again(sample_run, tmp_path, "SACRAMENTO")
    for path in tmp_path.glob("*.csv"):
        assert path.read_bytes() == (sample_run / path.name).read_bytes(), path.name


def test_no_line_is_written_with_the_results_of_another(sample_run: Path, tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error, match="lines and their results do not match"):
        delete = "delete from raw_extract_fields where rowid = 5"
        support.export_again(sample_run, tmp_path, "SACRAMENTO", delete)


def test_without_line_files_everything_else_is_the_same(sample_run: Path, tmp_path: Path) -> None:
    sample = project.root() / "samples" / "doj_extract.csv"
    done = support.run(sample, tmp_path / "out", "--no-line-files")
    assert done.returncode == 0, done.stderr
    line_files = {name for name in FILES if name.startswith(("All_Results", "Prop64_Results"))}
    line_files |= {"Court_Updates.csv", "Related_Charges.csv", "Needs_Review.csv"}
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == (FILES | RUN_FILES) - line_files
    with_files, without = (
        json.loads((folder / "manifest.json").read_text()) for folder in (sample_run, tmp_path / "out")
    )
    assert with_files["run_id"] == without["run_id"]
    # The report names the files that are there, and the summary the time that they took.
    others = written - {"manifest.json", "summary.json", "Summary_Report.html", "Summary_Report.pdf"}
    hashes = [
        {
            output["name"]: output.get("tables", output["sha256"])
            for output in manifest["outputs"]
            if output["name"] in others
        }
        for manifest in (with_files, without)
    ]
    texts = [hashed["warehouse.duckdb"].pop("raw_extract_lines") for hashed in hashes]
    assert texts[0] != texts[1]
    assert hashes[0] == hashes[1]
    assert hashes[0].keys() == others


def test_the_manifest_says_what_the_run_was_made_of(sample_run: Path) -> None:
    manifest = json.loads((sample_run / "manifest.json").read_text())
    [extract] = manifest["extracts"]
    sample = project.root() / "samples" / "doj_extract.csv"
    assert extract["name"] == sample.name
    assert extract["size"] == sample.stat().st_size
    assert manifest["as_of"] == "2020-07-01"
    assert manifest["county"] == "SACRAMENTO"
    assert manifest["criteria"]["policy"] == "county_criteria"
    assert [row["county"] for row in manifest["criteria"]["by_county"]] == ["SACRAMENTO"]
    assert len(manifest["criteria"]["sha256"]) == 64
    assert set(manifest["versions"]) == {"python", "dbt-core", "dbt-duckdb", "duckdb"}
    assert {"raw", "staging", "person_histories", "eligibility", "court_files"} <= set(manifest["rows"])
    seconds = manifest["seconds"]
    assert seconds["stages"]["Building"] > 0
    assert {"raw_extract_lines", "stg_ca_doj__lines", "fct_decisions"} <= seconds["models"].keys()
    assert {"All_Results.csv", "Court_Updates.csv", "reports"} <= seconds["files"].keys()


def test_every_input_line_comes_out_in_order(sample_run: Path) -> None:
    sample = support.lines_of(project.root() / "samples" / "doj_extract.csv")
    results = support.lines_of(sample_run / "All_Results.csv")
    columns = project.extract_columns()
    assert [[row[name] for name in columns] for row in results] == [
        [row[name] for name in columns] for row in sample
    ]


def test_the_list_for_review_has_its_columns_and_no_key_of_the_warehouse(sample_run: Path) -> None:
    header = (sample_run / "Needs_Review.csv").read_text(encoding="utf-8").split("\n", 1)[0]
    assert header == (
        "file_name,line,subject_id,cii_number,cnt_order,case_number,statute,conviction_date,level,determination,"
        "reason,missing_facts,conflicting_facts,other_offenses"
    )


def test_one_conviction(tmp_path: Path) -> None:
    out = tmp_path / "made" / "on" / "the" / "way"
    done = support.run(support.extract(tmp_path), out, county=" sacramento  county")
    assert done.returncode == 0, done.stderr
    [row] = support.lines_of(out / "Prop64_Results.csv")
    assert row["Eligibility Reason"] == "Dismiss all HS 11359 convictions"
    assert "Traceback" not in done.stderr
    assert str(out) in done.stdout


def test_an_existing_empty_folder_is_taken(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert support.run(support.extract(tmp_path), out).returncode == 0
    assert (out / "manifest.json").exists()


@pytest.mark.parametrize(("encoding", "newline"), [("utf-8-sig", "\n"), ("latin-1", "\r\n")])
def test_names_come_out_as_they_came_in(tmp_path: Path, encoding: str, newline: str) -> None:
    rows = [{"PRI_NAME": "PEÑA,JOSÉ"}]
    path = support.extract(tmp_path, rows, encoding=encoding, newline=newline)
    assert support.run(path, tmp_path / "out").returncode == 0
    [row] = support.lines_of(tmp_path / "out" / "All_Results.csv")
    assert row["PRI_NAME"] == "PEÑA,JOSÉ"
    assert b"\r" not in (tmp_path / "out" / "All_Results.csv").read_bytes()


def test_bytes_that_duckdb_cannot_read(tmp_path: Path) -> None:
    path = support.extract(tmp_path, [{"PRI_NAME": "O?NEIL"}, {"COMMENT_TEXT": "A#B"}, {}], newline="\r\n")
    content = path.read_bytes().replace(b"O?N", b"O\x92N").replace(b"A#B", b"A\0B")
    path.write_bytes(content[:-2] + b"\n")
    assert support.run(path, tmp_path / "out").returncode == 0
    rows = support.lines_of(tmp_path / "out" / "All_Results.csv")
    assert [rows[0]["PRI_NAME"], rows[1]["COMMENT_TEXT"], len(rows)] == ["O\u2019NEIL", "A B", 3]


@pytest.mark.parametrize(("fields", "newline"), [(94, "\n"), (96, "\r\n")])
def test_a_line_of_another_length_is_set_aside(tmp_path: Path, fields: int, newline: str) -> None:
    path = support.extract(tmp_path, [{}, {"SUBJECT_ID": "1002"}], newline=newline)
    wrong = support.text([[*support.line(), "more"][:fields]], header=False, newline=newline)
    path.write_bytes(path.read_bytes() + wrong.encode())
    done = support.run(path, tmp_path / "out")
    assert done.returncode == 3, done.stderr
    [aside] = support.lines_of(tmp_path / "out" / "Set_Aside.csv")
    assert (aside["file"], aside["line"]) == ("extract.csv", "4")
    assert len(support.lines_of(tmp_path / "out" / "All_Results.csv")) == 2
    assert "Set_Aside.csv" in done.stdout


def test_an_unclosed_quote_costs_no_other_line(tmp_path: Path) -> None:
    path = support.extract(tmp_path, [{"SUBJECT_ID": str(n)} for n in range(100)])
    lines = path.read_text().splitlines(keepends=True)
    lines[50] = lines[50].replace('"DOE,JANE"', '"DOE,JANE')
    path.write_text("".join(lines))
    assert support.run(path, tmp_path / "out").returncode == 3
    aside = support.lines_of(tmp_path / "out" / "Set_Aside.csv")
    assert [row["line"] for row in aside] == ["51"]
    kept = support.lines_of(tmp_path / "out" / "All_Results.csv")
    assert [row["SUBJECT_ID"] for row in kept] == [str(n) for n in range(100) if n != 49]


def test_lines_in_another_encoding_than_the_file_are_set_aside(tmp_path: Path) -> None:
    path = support.extract(tmp_path, [{"PRI_NAME": "PEÑA"}, {}])
    other = support.text([support.line({"PRI_NAME": "PEÑA"})], header=False).encode("latin-1")
    path.write_bytes(path.read_bytes() + other)
    assert support.run(path, tmp_path / "out").returncode == 3
    assert [row["line"] for row in support.lines_of(tmp_path / "out" / "Set_Aside.csv")] == ["4"]
    assert len(support.lines_of(tmp_path / "out" / "All_Results.csv")) == 2


def test_a_comma_too_many_on_every_line_is_cut(tmp_path: Path) -> None:
    path = support.extract(tmp_path, [{"SUBJECT_ID": str(n)} for n in range(3)])
    content = path.read_text()
    path.write_text(content.replace("\n", ",\n"))
    done = support.run(path, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    header, *lines = (tmp_path / "out" / "All_Results.csv").read_text().splitlines()
    assert [line[: line.index("#") + 2] for line in lines] == [
        line + "," for line in content.splitlines()[1:]
    ]
    assert {len(row) for row in csv.reader([header, *lines])} == {95 + 18}


def test_a_line_sent_again_with_a_comma_too_many_counts_once(tmp_path: Path) -> None:
    eight_years = {"STP_EVENT_DATE": "20100203", "SENT_LENGTH": "8", "SENT_TIME_CODE": "Y"}
    january = support.extract(tmp_path, [eight_years], name="january.csv")
    february = support.extract(
        tmp_path, [eight_years | {"RECORD_ID": "2"}, {"SUBJECT_ID": "2"}], name="february.csv"
    )
    february.write_text(february.read_text().replace("\n", ",\n"))
    done = support.cmr(
        *["run", january, february, "--county", "SACRAMENTO", "--as-of", "2020-07-01"],
        *["--criteria", "pilot_sacramento", "--out", tmp_path / "out"],
    )
    assert done.returncode == 0, done.stderr
    reasons = {
        row["SUBJECT_ID"]: row["Eligibility Reason"]
        for row in support.lines_of(tmp_path / "out" / "Prop64_Results.csv")
    }
    assert reasons == {"1001": "Sentence Completed", "2": "Sentence Completed"}


def test_a_comma_too_many_on_some_lines_is_a_field_too_many(tmp_path: Path) -> None:
    path = support.extract(tmp_path, [{"SUBJECT_ID": str(n)} for n in range(3)])
    header, *lines = path.read_text().splitlines()
    path.write_text("\n".join([header + ",", lines[0] + ",", lines[1], lines[2] + ",", ""]))
    assert support.run(path, tmp_path / "out").returncode == 3
    aside = support.lines_of(tmp_path / "out" / "Set_Aside.csv")
    assert [(row["line"], row["cause"]) for row in aside] == [
        (line, "96 fields instead of 95") for line in ("2", "4")
    ]


@pytest.fixture
def files_one_of_no_use(tmp_path: Path) -> list[Path]:
    """A file of which nothing can be used, for two causes, beside one in order."""
    rows = [{"SUBJECT_ID": ""}, {"SUBJECT_ID": ""}, {"CNT_ORDER": "001"}]
    return [support.extract(tmp_path), support.extract(tmp_path, rows, name="nothing.csv")]


NO_USE = (
    "nothing.csv: none of its lines can be used;"
    " set aside: 2 (SUBJECT_ID is blank), 1 (CNT_ORDER has fewer than 12 digits)"
)


def test_a_run_that_can_use_no_line_of_a_file_fails(tmp_path: Path, files_one_of_no_use: list[Path]) -> None:
    done = support.run(files_one_of_no_use[0], tmp_path / "out", files_one_of_no_use[1])
    assert done.returncode == 1
    assert f"cmr: {NO_USE}; nothing was written" in done.stderr.splitlines()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["extract.csv", "nothing.csv"]


def test_a_check_says_that_such_a_run_would_fail(files_one_of_no_use: list[Path]) -> None:
    done = support.cmr("check", *files_one_of_no_use, "--as-of", "2020-07-01")
    assert done.returncode == 1, done.stderr
    assert f"A run would fail: {NO_USE}" in done.stdout.splitlines()
    assert "Causes, most frequent first" in done.stdout


def test_lines_that_are_no_records_are_no_use_either(tmp_path: Path) -> None:
    path = support.extract(tmp_path, [{}, {}])
    header, *lines = path.read_text().splitlines()
    path.write_text("\n".join([header, *(line + "," for line in lines), ""]))
    done = support.run(path, tmp_path / "out")
    assert done.returncode == 1
    assert "extract.csv: none of its lines can be used; set aside: 2 (96 fields instead of 95)" in done.stderr
    done = support.cmr("deidentify", path, "--key", tmp_path / "key", "--out", tmp_path / "copy.csv")
    assert (done.returncode, (tmp_path / "copy.csv").exists()) == (1, False)
    assert "extract.csv: none of its 3 lines can be read" in done.stderr


def test_a_county_without_such_convictions(tmp_path: Path) -> None:
    done = support.run(support.extract(tmp_path), tmp_path / "out", county="alpine")
    assert done.returncode == 0
    assert "no Prop 64 conviction in ALPINE; they have such convictions in SACRAMENTO" in done.stdout
    assert support.lines_of(tmp_path / "out" / "Prop64_Results.csv") == []
    assert len(support.lines_of(tmp_path / "out" / "All_Results.csv")) == 1


def test_a_criteria_file_decides(tmp_path: Path) -> None:
    stated = tmp_path / "criteria.json"
    stated.write_text(json.dumps({"baselineEligibility": {"dismiss": [], "reduce": ["11359"]}}))
    out = tmp_path / "out"
    assert support.run(support.extract(tmp_path), out, "--criteria", stated).returncode == 0
    [row] = support.lines_of(out / "Prop64_Results.csv")
    assert row["Eligibility Determination"] == "Eligible for Reduction"
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["criteria"]["file"] == "criteria.json"
    assert manifest["criteria"]["values"]["reduce_11359"] is True


# Wrong calls: nothing is started


def test_wrong_files(tmp_path: Path) -> None:
    good = support.extract(tmp_path)
    empty = tmp_path / "empty.csv"
    empty.touch()
    order = support.extract(tmp_path, name="order.csv")
    order.write_text(order.read_text().replace("OFN,OFFENSE_CODE", "OFFENSE_CODE,OFN", 1))
    other = tmp_path / "other.csv"
    other.write_bytes(b"PK\x03\x04" + bytes(100))
    before = left_behind(tmp_path)
    for path, words in [
        (tmp_path / "none.csv", "no such file"),
        (empty, "empty"),
        (tmp_path, "a folder"),
        (order, "column 53 must be OFN; found OFFENSE_CODE"),
        (other, "zip archive"),
    ]:
        assert_refused(support.cmr(*call(good, path), "--out", tmp_path / "out"), 2, str(path), words)
    assert left_behind(tmp_path) == before


def call(*paths: Path) -> list[object]:
    return ["run", *paths, "--county", "SACRAMENTO", "--as-of", "2020-07-01"]


def test_wrong_options(tmp_path: Path) -> None:
    path = support.extract(tmp_path)
    out = tmp_path / "out"
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"baselineEligibility": {"dismiss": ["11361"]}}')
    before = left_behind(tmp_path)
    assert_refused(
        support.run(path, out, county="SACRIMENTO"), 2, "no county of California", "did you mean SACRAMENTO"
    )
    assert_refused(support.run(path, out, "--criteria", "dismiss_everything"), 2, "no policy has this name")
    assert_refused(support.run(path, out, "--criteria", wrong), 2, "wrong.json: baselineEligibility.dismiss")
    assert_refused(support.run(path, out, "--criteria", tmp_path / "no.json"), 2, "no such criteria file")
    assert_refused(support.cmr(*call(path), "--as-of", "2020-7-1", "--out", out), 2, "not a date")
    assert_refused(support.cmr(*call(path), "--as-of", "2019-02-29", "--out", out), 2, "not a date")
    assert left_behind(tmp_path) == before


def test_an_output_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    path = support.extract(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    (out / "summary.json").write_text("mine")
    assert_refused(support.run(path, out), 2, "not empty")
    assert_refused(support.run(path, path), 2, "a file; name a folder")
    assert left_behind(out) == ["summary.json"]
    assert (out / "summary.json").read_text() == "mine"


def test_no_arguments_and_help_answer_at_once() -> None:
    began = time.perf_counter()
    done = support.cmr("--help")
    assert (done.returncode, time.perf_counter() - began < 2) == (0, True)
    assert all(command in done.stdout for command in ("run", "check", "generate"))
    assert support.cmr("run").returncode == 2
    loaded = "import sys, cmr.cli; print({'dbt', 'duckdb', 'jsonschema'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True).stdout == "set()\n"


def test_dates() -> None:
    assert read_date("2020-02-29").isoformat() == "2020-02-29"
    for wrong in ("20200229", "2020-02-30", "02/29/2020", "", "2020-W01-1"):
        with pytest.raises(CmrError, match="not a date"):
            read_date(wrong)


# Runs that cannot be finished: nothing half written


@pytest.mark.long
def test_a_full_disk_while_files_are_written(tmp_path: Path) -> None:
    path = support.extract(tmp_path)
    done = in_process(tmp_path, path, "exports.write_outputs = fail(OSError(28, 'No space left on device'))")
    assert_refused(done, 1, "the disk is full", "nothing was written")
    assert left_behind(tmp_path) == ["extract.csv"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    path = support.extract(tmp_path)
    done = in_process(tmp_path, path, "pathlib.Path.mkdir = fail(OSError(30, 'Read-only file system'))")
    assert_refused(done, 1, "the disk is read-only", "nothing was written")
    assert left_behind(tmp_path) == ["extract.csv"]


def test_an_error_nobody_thought_of_names_no_person(tmp_path: Path) -> None:
    path = support.extract(tmp_path)
    done = in_process(tmp_path, path, "exports.write_outputs = fail(ValueError('DOE,JANE'))")
    assert_refused(done, 1, "unexpected ValueError")
    done = in_process(tmp_path, path, "exports.write_outputs = fail(duckdb.ConversionException('DOE,JANE'))")
    assert_refused(done, 1, "the files cannot be written")
    assert left_behind(tmp_path) == ["extract.csv"]


def in_process(folder: Path, path: Path, setup: str) -> subprocess.CompletedProcess[str]:
    """`cmr run` with a function of it replaced."""
    program = f"""
import pathlib, sys, duckdb
from cmr import cli
from cmr.files import exports
def fail(error):
    def raises(*values, **named):
        raise error
    return raises
{setup}
sys.argv = ["cmr", *{[*map(str, call(path)), "--out", str(folder / "out")]!r}]
cli.main()
"""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("stage", "number", "status"),
    [
        ("Inspecting files", signal.SIGINT, 130),
        ("Building", signal.SIGINT, 130),
        pytest.param("Building", signal.SIGTERM, 143, marks=pytest.mark.long),
        pytest.param("Writing files", signal.SIGHUP, 129, marks=pytest.mark.long),
    ],
)
def test_a_run_that_is_stopped(tmp_path: Path, stage: str, number: signal.Signals, status: int) -> None:
    path = support.extract(tmp_path)
    command = [sys.executable, "-m", "cmr.cli", *map(str, call(path)), "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=support.hear_signals
    ) as process:
        assert process.stderr is not None
        while stage not in process.stderr.readline():
            assert process.poll() is None
        began = time.perf_counter()
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == status, errors
    assert errors.strip().splitlines()[-1] == "cmr: stopped; nothing was written"
    assert "Traceback" not in errors
    assert left_behind(tmp_path) == ["extract.csv"]
    assert time.perf_counter() - began < 10


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    leftover = tmp_path / ".out.partial-1"
    running = tmp_path / ".out.partial-2"
    for folder in (leftover, running):
        folder.mkdir()
        (folder / "lock").touch()
    with held(running):
        done = support.run(support.extract(tmp_path), tmp_path / "out")
    assert done.returncode == 0
    assert f"{leftover}: left by a run that did not end; removed" in done.stderr
    assert f"{running}: another run seems to be writing here" in done.stderr
    assert left_behind(tmp_path) == [running.name, "extract.csv", "out"]


# dbt inside the command


@pytest.fixture
def build(tmp_path: Path) -> Callable[[str], AbstractContextManager[warehouse.Warehouse]]:
    path = support.extract(tmp_path)

    def build(as_of: str) -> AbstractContextManager[warehouse.Warehouse]:
        folder = tmp_path / as_of
        (folder / "tmp").mkdir(parents=True)
        return warehouse.build(
            [path],
            as_of=read_date(as_of),
            county="SACRAMENTO",
            criteria=Criteria("county_criteria"),
            folder=folder,
            progress=StageProgress(),
        )

    return build


def test_a_kept_project_takes_the_variables_of_each_run(
    build: Callable[[str], AbstractContextManager[warehouse.Warehouse]],
) -> None:
    for as_of in ("2020-07-01", "2021-08-02"):
        with build(as_of) as built:
            [(found,)] = built.con.execute("select as_of_date from run_settings").fetchall()
        assert found.isoformat() == as_of
    assert parsed_project.cache_file().exists()


def test_failures_are_told_without_the_engines_words() -> None:
    for text, message in [
        ("Invalid Input Error: CMR: a.csv: 3 lines are lost\nLINE 1: 'DOE,JANE'", "a.csv: 3 lines are lost"),
        ("IO Error: write failed: No space left on device 'DOE,JANE'", "model x failed: the disk is full"),
        ("Conversion Error: could not convert 'DOE,JANE'", "model x failed; --debug keeps a log of it"),
    ]:
        assert plain("model x failed", text) == message
