"""What is measured: runs of several sizes beside DuckDB alone, small things, policies and papers."""

import csv
import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from cmr import project
from measure import FOLDER, SCRATCH, Cost, measure, medians

COUNTY = "LOS ANGELES"
SEED = 7
AS_OF = "2020-07-01"
CMR = [sys.executable, "-m", "cmr.cli"]
SAMPLE = project.root() / "samples" / "doj_extract.csv"
# What a run over all counties is measured with.
ALL_COUNTIES_LINES = 100_000
# What the cases of a size are, in the order in which they are shown.
RUN, MARTS, FLOOR, LOAD = "cmr run", "cmr run --no-line-files", "DuckDB: load and write", "DuckDB: load"


def run_command(extract: Path, *words: object, county: str = COUNTY) -> list[object]:
    options = ["--county", county, "--as-of", AS_OF, "--out", SCRATCH / "out"]
    return [*CMR, "run", extract, *options, *words]


def generated(lines: int) -> Path:
    """An extract of this many lines, made on first use."""
    extract = FOLDER / f"extract_{lines}.csv"
    if not extract.exists():
        options = ["--lines", str(lines), "--county", COUNTY, "--seed", str(SEED), "--out", str(extract)]
        subprocess.run([*CMR, "generate", *options], check=True)
    return extract


def load(extract: Path, con: duckdb.DuckDBPyConnection) -> None:
    """Reads the extract into a table, all 95 columns as text."""
    columns = dict.fromkeys(project.extract_columns(), "varchar")
    con.execute(
        "create table extract as"
        " select * from read_csv(?, columns = ?, auto_detect = false, header = true, quote = '\"')",
        [str(extract), columns],
    )


def alone(extract: Path, folder: Path, to_write: int) -> None:
    """What DuckDB alone does: reads the extract into a file of its own and writes this many bytes of it as CSV."""
    with duckdb.connect(str(folder / "floor.duckdb")) as con:
        load(extract, con)
        [(rows,)] = con.execute("select count(*) from extract").fetchall()
        written = 0
        while to_write > written:
            copy = folder / f"floor_{written}.csv"
            limit = min(rows, rows * (to_write - written) // extract.stat().st_size)
            con.execute(f"copy (select * from extract limit {limit}) to '{copy}' (format csv, header true)")
            written += copy.stat().st_size
            if limit < rows:
                break


def bench_size(lines: int, runs: int) -> dict[str, Any]:
    """Runs, with and without line files, and DuckDB alone, at one size; with a profile of the last run."""
    extract = generated(lines)
    found: dict[str, Any] = {}
    itself = [sys.executable, str(Path(__file__).parent), "--alone", extract, SCRATCH]

    def run() -> Cost:
        cost = measure(run_command(extract))
        out = SCRATCH / "out"
        found["csv_bytes"] = sum(path.stat().st_size for path in out.glob("*.csv"))
        found["warehouse_bytes"] = (out / "warehouse.duckdb").stat().st_size
        found["seconds"] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["seconds"]
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        found["convictions"] = sum(summary["prop64ConvictionsCountInCountyByCodeSection"].values())
        return cost

    costs = medians(
        {
            RUN: run,
            MARTS: lambda: measure(run_command(extract, "--no-line-files")),
            FLOOR: lambda: measure([*itself, found["csv_bytes"]]),
            LOAD: lambda: measure([*itself, 0]),
        },
        runs,
    )
    return {"lines": lines, "size_mb": extract.stat().st_size / 1e6, "costs": costs} | found


def bench_counties(runs: int) -> dict[str, Any]:
    """A run over all counties, most of which a generated extract has convictions of."""
    found: dict[str, Any] = {}

    def run() -> Cost:
        cost = measure(run_command(generated(ALL_COUNTIES_LINES), county="all"))
        found["counties"] = sum(1 for _ in SCRATCH.glob("out/*/summary.json"))
        found["bytes"] = sum(path.stat().st_size for path in SCRATCH.rglob("out/**/*") if path.is_file())
        return cost

    return {"costs": medians({"cmr run --county all": run}, runs)} | found


def bench_small(runs: int) -> dict[str, Cost]:
    """What someone who tries the project waits for."""
    sample = run_command(SAMPLE)

    def first_run() -> Cost:
        shutil.rmtree(project.root() / "data" / "cache", ignore_errors=True)
        return measure(sample)

    return medians(
        {
            "cmr --help": lambda: measure([*CMR, "--help"]),
            "the sample, the project not parsed yet": first_run,
            "the sample, again": lambda: measure(sample),
        },
        runs,
    )


def bench_policies(lines: int, runs: int) -> dict[str, Any]:
    """What all policies cost, beside the three that every county run reports."""
    extract = generated(lines)
    policies = [row["policy"] for row in project.seed("policies")]
    of_one_county = [row["policy"] for row in project.seed("policies") if row["county"]]
    three = [policy for policy in policies if policy not in of_one_county]
    seconds: dict[str, list[float]] = {"all": [], "three": []}
    for _ in range(runs):
        seconds["all"].append(build_seconds(extract, policies, []))
        seconds["three"].append(build_seconds(extract, three, of_one_county))
    all_of_them, some = (statistics.median(seconds[name]) for name in ("all", "three"))
    return {
        "lines": lines,
        "policies": len(policies),
        "seconds": all_of_them,
        "seconds_with_three": some,
        "one_more": (all_of_them / some - 1) / len(of_one_county),
    }


def build_seconds(extract: Path, policies: list[str], excluded: list[str]) -> float:
    """Seconds of one build of all models and guards, with these policies, as dbt itself counts them."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir(parents=True)
    root = str(project.root())
    variables = {"extracts": [str(extract)], "as_of_date": AS_OF, "policies": policies}
    command = [Path(sys.executable).with_name("dbt"), "build", "--quiet", "--vars", json.dumps(variables)]
    command += ["--project-dir", root, "--profiles-dir", root]
    command += ["--target-path", SCRATCH / "target", "--log-path", SCRATCH / "logs"]
    command += ["--log-level-file", "none", "--write-json", "--indirect-selection", "empty"]
    command += ["--select", "resource_type:seed", "resource_type:model", "tag:guard"]
    command += ["--exclude", "tag:research", *excluded]
    measure(command, CMR_WAREHOUSE=str(SCRATCH / "warehouse.duckdb"), CMR_TEMP=str(SCRATCH / "tmp"))
    results = json.loads((SCRATCH / "target" / "run_results.json").read_text(encoding="utf-8"))
    shutil.rmtree(SCRATCH)
    return float(results["elapsed_time"])


def bench_papers(motions: int, runs: int) -> dict[str, Any]:
    """`cmr papers` for about this many motions, of which a generated extract has one for every 17 lines, and for one
    motion with the list of all its counts."""
    kept = FOLDER / "papers"
    shutil.rmtree(kept, ignore_errors=True)
    extract = generated(motions * 17)
    measure([*CMR, "run", extract, "--county", COUNTY, "--as-of", AS_OF, "--out", kept])
    made = 0

    def papers(kind: str) -> Cost:
        nonlocal made
        cost = measure([*CMR, "papers", kept, "--papers", kind, "--out", SCRATCH / "out"])
        made = max(made, sum(1 for _ in SCRATCH.rglob("*.pdf")))
        return cost

    costs = medians({kind: lambda kind=kind: papers(kind) for kind in ("cases", "omnibus")}, runs)  # type: ignore[misc]
    with (kept / "Court_Updates.csv").open(newline="", encoding="utf-8") as file:
        counts = sum(1 for _ in csv.DictReader(file))
    shutil.rmtree(kept)
    return {"motions": made, "counts": counts, "costs": costs}
