"""How fast `cmr run` is, and how near to the floor: DuckDB alone reading the file and writing it back; and what all
policies cost, beside the three that every county run reports.

    python scripts/bench.py [--lines N ...] [--runs N] [--motions N]        or: make bench

Data is generated once, by seed, under data/bench. Each measurement is a fresh process; medians are shown.
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from cmr import project

COUNTY = "LOS ANGELES"
SEED = 7
AS_OF = "2020-07-01"
CMR = [sys.executable, "-m", "cmr.cli"]


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds of wall clock and of processors, and its largest memory in MiB."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Case:
    """The medians at one size."""

    lines: int
    size_mb: float
    run: Cost
    floor: Cost
    report: Cost
    decided_convictions: int

    @property
    def ratio(self) -> float:
        return self.run.wall / self.floor.wall


@dataclass(frozen=True)
class PolicyCase:
    """Median seconds that dbt takes at one size to build all models, after it has started and parsed."""

    lines: int
    all_policies: int
    seconds_all: float
    three_policies: int
    seconds_three: float

    @property
    def more(self) -> float:
        """What the further policies add, as a share of the build with three."""
        return self.seconds_all / self.seconds_three - 1


@dataclass(frozen=True)
class PapersCase:
    """Median cost of `cmr papers` for the motions of a run, and for one motion with the list of all its counts."""

    motions: int
    cases: Cost
    counts: int
    omnibus: Cost

    @property
    def motions_per_second(self) -> float:
        return self.motions / self.cases.wall


def measure(command: list[str], **environment: str) -> Cost:
    """Runs a command in a process of its own; ends the benchmark if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ | environment
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode not in (0, 3):  # 3: lines were set aside, which generated extracts may have
        sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{errors.decode()}")
    per_mib = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_mib)


def median(costs: list[Cost]) -> Cost:
    return Cost(
        *(statistics.median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "memory"))
    )


def floor(extract: Path, folder: Path) -> None:
    """Reads the extract into a table of a DuckDB file, all 95 columns as text, and writes it back as CSV."""
    columns = dict.fromkeys(project.extract_columns(), "varchar")
    with duckdb.connect(str(folder / "floor.duckdb")) as con:
        con.execute(
            "create table extract as"
            " select * from read_csv(?, columns = ?, auto_detect = false, header = true, quote = '\"')",
            [str(extract), columns],
        )
        con.execute(f"copy extract to '{folder / 'floor.csv'}' (format csv, header true)")


def write_reports(run: Path, folder: Path) -> None:
    """Writes the reports of a finished run anew: HTML and PDF, and those for publishing."""
    from cmr import report

    with duckdb.connect(str(run / "warehouse.duckdb"), read_only=True) as con:
        report.write_report(con, folder, COUNTY, [])


def generated(lines: int, folder: Path) -> Path:
    """An extract of this many lines, made on first use."""
    extract = folder / f"extract_{lines}.csv"
    if not extract.exists():
        options = ["--lines", str(lines), "--county", COUNTY, "--seed", str(SEED), "--out", str(extract)]
        subprocess.run([*CMR, "generate", *options], check=True)
    return extract


def bench(lines: int, runs: int, folder: Path) -> Case:
    extract = generated(lines, folder)
    scratch = folder / "scratch"
    taken: dict[str, list[Cost]] = {"run": [], "floor": [], "report": []}
    convictions = 0
    for _ in range(runs):
        for name, command in (
            (
                "run",
                [
                    *CMR,
                    "run",
                    str(extract),
                    "--county",
                    COUNTY,
                    "--as-of",
                    AS_OF,
                    "--out",
                    str(scratch / "out"),
                ],
            ),
            ("floor", [sys.executable, __file__, "--floor", str(extract), str(scratch)]),
        ):
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            taken[name].append(measure(command))
            if name == "run":
                reports = [sys.executable, __file__, "--report", str(scratch / "out"), str(scratch)]
                taken["report"].append(measure(reports))
                summary = json.loads((scratch / "out" / "summary.json").read_text(encoding="utf-8"))
                convictions = sum(summary["prop64ConvictionsCountInCountyByCodeSection"].values())
    shutil.rmtree(scratch)
    return Case(
        lines,
        extract.stat().st_size / 1e6,
        median(taken["run"]),
        median(taken["floor"]),
        median(taken["report"]),
        convictions,
    )


def bench_policies(lines: int, runs: int, folder: Path) -> PolicyCase:
    extract = generated(lines, folder)
    policies = [row["policy"] for row in project.seed("policies")]
    of_one_county = [row["policy"] for row in project.seed("policies") if row["county"]]
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(runs):
        for is_all in seconds:
            excluded = [] if is_all else of_one_county
            built = [policy for policy in policies if policy not in excluded]
            seconds[is_all].append(build_seconds(extract, folder / "scratch", built, excluded))
    three = len(policies) - len(of_one_county)
    medians = {is_all: statistics.median(taken) for is_all, taken in seconds.items()}
    return PolicyCase(lines, len(policies), medians[True], three, medians[False])


def build_seconds(extract: Path, scratch: Path, policies: list[str], excluded: list[str]) -> float:
    """Seconds of one build of all models and guards, with these policies, as dbt itself counts them."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    root = str(project.root())
    variables = {"extracts": [str(extract)], "as_of_date": AS_OF, "policies": policies}
    command = [
        str(Path(sys.executable).with_name("dbt")),
        "build",
        "--quiet",
        "--vars",
        json.dumps(variables),
    ]
    command += ["--project-dir", root, "--profiles-dir", root]
    command += ["--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")]
    command += ["--log-level-file", "none", "--write-json", "--indirect-selection", "empty"]
    command += ["--select", "resource_type:seed", "resource_type:model", "tag:guard"]
    if excluded:
        command += ["--exclude", *excluded]
    measure(command, CMR_WAREHOUSE=str(scratch / "warehouse.duckdb"), CMR_TEMP=str(scratch / "tmp"))
    results = json.loads((scratch / "target" / "run_results.json").read_text(encoding="utf-8"))
    shutil.rmtree(scratch)
    return float(results["elapsed_time"])


def bench_papers(motions: int, runs: int, folder: Path) -> PapersCase:
    """About this many motions: a generated extract has one for every 17 lines."""
    extract = generated(motions * 17, folder)
    scratch = folder / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    options = ["--county", COUNTY, "--as-of", AS_OF, "--out", str(scratch / "run")]
    measure([*CMR, "run", str(extract), *options])
    taken: dict[str, list[Cost]] = {"cases": [], "omnibus": []}
    for _ in range(runs):
        for kind, costs in taken.items():
            out = scratch / kind
            shutil.rmtree(out, ignore_errors=True)
            costs.append(measure([*CMR, "papers", str(scratch / "run"), "--papers", kind, "--out", str(out)]))
    made = len(list((scratch / "cases" / "Court_Papers").glob("*.pdf")))
    with (scratch / "run" / "Court_Updates.csv").open(newline="", encoding="utf-8") as file:
        counts = sum(1 for _ in csv.DictReader(file))
    shutil.rmtree(scratch)
    return PapersCase(made, median(taken["cases"]), counts, median(taken["omnibus"]))


def show(cases: list[Case], runs: int) -> None:
    table = Table(title=f"medians of {runs} runs, {os.cpu_count()} processors, DuckDB {duckdb.__version__}")
    for heading in ("lines", "MB", "", "wall s", "CPU s", "peak MiB", "lines/min", "decided/min", "ratio"):
        table.add_column(heading, justify="right")
    for case in cases:
        for name, cost in (("cmr run", case.run), ("floor", case.floor), ("its reports alone", case.report)):
            decided = f"{case.decided_convictions / cost.wall * 60:,.0f}" if cost is case.run else ""
            table.add_row(
                f"{case.lines:,}",
                f"{case.size_mb:,.0f}",
                name,
                f"{cost.wall:.2f}",
                f"{cost.cpu:.2f}",
                f"{cost.memory:,.0f}",
                f"{case.lines / cost.wall * 60:,.0f}" if cost is not case.report else "",
                decided,
                f"{case.ratio:.2f}" if cost is case.run else "",
            )
    Console(width=120).print(table)


def show_policies(cases: list[PolicyCase], runs: int) -> None:
    table = Table(title=f"building the models, medians of {runs} runs")
    for heading in ("lines", "policies", "build s", "policies", "build s", "more"):
        table.add_column(heading, justify="right")
    for case in cases:
        table.add_row(
            f"{case.lines:,}",
            str(case.three_policies),
            f"{case.seconds_three:.2f}",
            str(case.all_policies),
            f"{case.seconds_all:.2f}",
            f"{case.more:+.0%}",
        )
    Console(width=120).print(table)


def show_papers(case: PapersCase, runs: int) -> None:
    table = Table(title=f"court papers, medians of {runs} runs")
    for heading in ("papers", "wall s", "CPU s", "motions/s"):
        table.add_column(heading, justify="right")
    table.add_row(
        f"{case.motions:,} motions",
        f"{case.cases.wall:.2f}",
        f"{case.cases.cpu:.2f}",
        f"{case.motions_per_second:,.0f}",
    )
    table.add_row(
        f"omnibus, {case.counts:,} counts", f"{case.omnibus.wall:.2f}", f"{case.omnibus.cpu:.2f}", ""
    )
    Console(width=120).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--motions", type=int, default=10_000, help="court papers to measure; 0 for none")
    parser.add_argument("--floor", type=Path, nargs=2, metavar=("EXTRACT", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--report", type=Path, nargs=2, metavar=("RUN", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.report:
        write_reports(*given.report)
        return
    if given.floor:
        floor(*given.floor)
        return
    folder = project.root() / "data" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    cases = [bench(lines, given.runs, folder) for lines in given.lines]
    show(cases, given.runs)
    policy_cases = [bench_policies(lines, given.runs, folder) for lines in given.lines]
    show_policies(policy_cases, given.runs)
    papers_case = bench_papers(given.motions, given.runs, folder) if given.motions else None
    if papers_case:
        show_papers(papers_case, given.runs)
    results = folder / "results.json"
    results.write_text(
        json.dumps(
            {
                "runs": [asdict(case) | {"ratio": case.ratio} for case in cases],
                "policies": [asdict(case) | {"more": case.more} for case in policy_cases],
                "papers": asdict(papers_case) if papers_case else None,
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    print(results)


if __name__ == "__main__":
    main()
