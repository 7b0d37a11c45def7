"""How fast a run is, and how near to what DuckDB alone needs for the same file.

    python scripts/bench.py [--lines N ...] [--runs N] [--motions N] [--publish]        or: make bench

Data is generated once, by seed, under data/bench. Each measurement is a fresh process; the cases of a size take turns,
and medians are shown. The results go to data/bench/results.json and, with --publish, into docs/performance.md.
"""

import argparse
import csv
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from cmr import project, report

COUNTY = "LOS ANGELES"
SEED = 7
AS_OF = "2020-07-01"
CMR = [sys.executable, "-m", "cmr.cli"]
SAMPLE = project.root() / "samples" / "doj_extract.csv"
FOLDER = project.root() / "data" / "bench"
SCRATCH = FOLDER / "scratch"
PAGE = project.root() / "docs" / "performance.md"
CHART = project.root() / "docs" / "images" / "performance.svg"
# What a run over all counties is measured with.
ALL_COUNTIES_LINES = 100_000
# What the cost model is made for: about the criminal history of all of California.
STATE = 100_000_000
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

# What the cases of a size are, in the order in which they are shown.
RUN, MARTS, FLOOR, LOAD = "cmr run", "cmr run --no-line-files", "DuckDB: load and write", "DuckDB: load"


class Cost(NamedTuple):
    """What one process and its children took: seconds of wall clock and of processors, the largest memory in MiB, and
    MB read and written, cached or not (0 where the system does not say)."""

    wall: float
    cpu: float
    memory: float
    read: float
    written: float


def measure(command: Sequence[object], **environment: str) -> Cost:
    """Runs a command in a process of its own; ends the benchmark if it fails."""
    words = [str(word) for word in command]
    began = time.perf_counter()
    process = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ | environment
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    wall = time.perf_counter() - began
    moved = bytes_moved(process.pid)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):  # 3: lines were set aside, which generated extracts may have
        sys.exit(f"{' '.join(words)}: exit {process.returncode}\n{errors.decode()}")
    per_mib = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_mib, *moved)


def bytes_moved(pid: int) -> tuple[float, float]:
    """MB that an ended process read and wrote."""
    try:
        lines = Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0, 0.0
    counts = dict(line.split(": ") for line in lines)
    return int(counts["rchar"]) / 1e6, int(counts["wchar"]) / 1e6


def medians(commands: dict[str, Callable[[], Cost]], runs: int) -> dict[str, Cost]:
    """The median cost of each of the commands, which take turns: what disturbs the machine disturbs all alike."""
    taken: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            shutil.rmtree(SCRATCH, ignore_errors=True)
            SCRATCH.mkdir(parents=True)
            taken[name].append(command())
    shutil.rmtree(SCRATCH)
    return {name: Cost(*map(statistics.median, zip(*costs, strict=True))) for name, costs in taken.items()}


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
    itself = [sys.executable, __file__, "--alone", extract, SCRATCH]

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


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table: words to the left, numbers to the right."""
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def costs_table(costs: dict[str, Cost]) -> str:
    return table(
        ("", "wall s", "CPU s", "peak MiB", "read MB", "written MB"),
        (
            (
                name,
                f"{cost.wall:.2f}",
                f"{cost.cpu:.1f}",
                *(f"{number:,.0f}" for number in (cost.memory, cost.read, cost.written)),
            )
            for name, cost in costs.items()
        ),
    )


def goals(results: dict[str, Any]) -> str:
    """Each goal beside what was measured, at the sizes that it is about as far as they were measured."""
    rows: list[tuple[str, str, str]] = []
    sizes = {size["lines"]: size["costs"] for size in results["sizes"]}
    convictions = {size["lines"]: size["convictions"] for size in results["sizes"]}
    million, ten = sizes.get(1_000_000), sizes.get(10_000_000)
    if million:
        run, marts = million[RUN].wall, million[MARTS].wall
        floor, bare = million[FLOOR].wall, million[LOAD].wall
        rows += [
            ("1,000,000 lines, all files", f"floor + 4 s: {floor + 4:.1f} s", f"{run:.1f} s"),
            ("1,000,000 lines, no line files", f"1.3 x load + 4 s: {1.3 * bare + 4:.1f} s", f"{marts:.1f} s"),
        ]
    if million and ten:
        rows += [
            ("10,000,000 lines to 1,000,000", "10.5 x", f"{ten[RUN].wall / million[RUN].wall:.1f} x"),
            ("10,000,000 lines, peak memory", "4,096 MiB", f"{ten[RUN].memory:,.0f} MiB"),
        ]
    if ten:
        a_minute = convictions[10_000_000] / ten[MARTS].wall * 60
        rows.append(("decided convictions a minute, 10,000,000 lines", "over 500,000", f"{a_minute:,.0f}"))
    [all_counties] = results["counties"]["costs"].values()
    rows.append(
        (
            f"all counties, {ALL_COUNTIES_LINES:,} lines, all files",
            "30 s of processors, 300 MB",
            f"{all_counties.cpu:.1f} s, {results['counties']['bytes'] / 1e6:,.0f} MB",
        )
    )
    help_, first, again = results["small"].values()
    rows += [
        (
            "the sample",
            "8 s",
            f"{again.wall:.1f} s; {first.wall:.1f} s where the project is still to be parsed",
        ),
        ("cmr --help", "0.5 s", f"{help_.wall:.2f} s"),
    ]
    rows += [
        (f"one more policy, {case['lines']:,} lines", "2 % of the build", f"{case['one_more']:.1%}")
        for case in results["policies"]
    ]
    return table(("work", "goal", "measured"), rows)


def profile(size: dict[str, Any]) -> str:
    """Where the time of a run went: its stages, and the slowest models and files, which run side by side."""
    parts = []
    for kind, heading in (("stages", "stage"), ("models", "model"), ("files", "file")):
        slowest = sorted(size["seconds"][kind].items(), key=lambda part: -part[1])
        parts.append(table((heading, "s"), ((name, f"{seconds:.2f}") for name, seconds in slowest[:12])))
    return "\n\n".join(parts)


def cost_model(size: dict[str, Any]) -> str:
    """Lines that a core gets through in a second, by stage, and what a state's whole history would need at that rate."""
    lines, cores = size["lines"], os.cpu_count() or 1
    stages = size["seconds"]["stages"]
    rates = table(
        ("stage", "s", "lines/s/core"),
        (
            (name, f"{seconds:.1f}", f"{lines / seconds / cores:,.0f}")
            for name, seconds in stages.items()
            if seconds > 0.1
        ),
    )
    whole = STATE / lines
    run, marts = size["costs"][RUN], size["costs"][MARTS]
    needs = table(
        (f"{STATE:,} lines, {cores} cores", ""),
        (
            ("all files", f"{run.wall * whole / 60:,.0f} min"),
            ("no line files", f"{marts.wall * whole / 60:,.0f} min"),
            ("memory", f"{run.memory / 1024:.1f} GiB"),
            ("disk: extract", f"{size['size_mb'] * whole / 1e3:,.0f} GB"),
            ("disk: warehouse", f"{size['warehouse_bytes'] * whole / 1e9:,.0f} GB"),
            ("disk: CSV files", f"{size['csv_bytes'] * whole / 1e9:,.0f} GB"),
        ),
    )
    return f"{rates}\n\n{needs}"


def page(results: dict[str, Any]) -> str:
    """The measured part of docs/performance.md."""
    parts = [
        f"`{results['command']}`: {results['machine']}. Medians of {results['runs']} runs.",
        "### Goals",
        goals(results),
    ]
    for size in results["sizes"]:
        convictions = f"{size['convictions']:,} Prop 64 convictions of the county decided"
        about = f"{size['size_mb']:,.0f} MB, {convictions}, {size['csv_bytes'] / 1e6:,.0f} MB of CSV"
        parts += [f"### {size['lines']:,} lines", about + ".", costs_table(size["costs"])]
    counties = results["counties"]
    parts += [
        f"### All counties, {ALL_COUNTIES_LINES:,} lines",
        f"{counties['counties']} counties' folders, {counties['bytes'] / 1e6:,.0f} MB in all.",
        costs_table(counties["costs"]),
        "### Small things",
        costs_table(results["small"]),
    ]
    if papers := results["papers"]:
        cases = papers["costs"]["cases"]
        parts += [
            "### Court papers",
            f"{papers['motions']:,} motions ({papers['motions'] / cases.wall:,.0f} a second), and one motion with"
            f" {papers['counts']:,} counts.",
            costs_table(papers["costs"]),
        ]
    largest = max(results["sizes"], key=lambda size: int(size["lines"]))
    parts += [
        f"### Where the time goes, {largest['lines']:,} lines",
        "Models and files are made side by side, so that theirs add up to more than their stage's.",
        profile(largest),
        "### What more lines would need",
        cost_model(largest),
    ]
    return "\n\n".join(parts)


def chart(results: dict[str, Any]) -> str:
    """Wall seconds of each case at each size, as a picture."""
    names = (RUN, MARTS, FLOOR, LOAD)
    rows = [
        {
            "label": f"{size['lines']:,} lines: seconds",
            "values": [size["costs"][name].wall / size["costs"][RUN].wall for name in names],
            "texts": [f"{size['costs'][name].wall:.1f}" for name in names],
        }
        for size in results["sizes"]
    ]
    series = [{"name": name, "color": color} for color, name in enumerate(names)]
    largest = max(value for row in rows for value in row["values"])
    words = "Seconds of a run beside those of DuckDB alone; the bars of a size are to its own scale."
    block = report.chart(
        "grouped", "performance", "How fast a run is", words, rows=rows, series=series, largest=largest
    )
    return str(block["svg"])


def publish(results: dict[str, Any]) -> None:
    """Puts the results into docs/performance.md in place of those before."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{page(results)}\n\n{END}{after}", encoding="utf-8")
    CHART.write_text(chart(results), encoding="utf-8")


def machine() -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "dbt-core", "dbt-duckdb"))
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {system}, {versions}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--motions", type=int, default=10_000, help="court papers to measure; 0 for none")
    parser.add_argument("--publish", action="store_true", help="write the results into docs/performance.md")
    parser.add_argument("--alone", nargs=3, metavar=("EXTRACT", "FOLDER", "BYTES"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        extract, folder, to_write = given.alone
        alone(Path(extract), Path(folder), int(to_write))
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {
        "command": " ".join(["python scripts/bench.py", *sys.argv[1:]]),
        "machine": machine(),
        "runs": given.runs,
        "sizes": [bench_size(lines, given.runs) for lines in given.lines],
        "counties": bench_counties(given.runs),
        "small": bench_small(given.runs),
        "policies": [bench_policies(lines, given.runs) for lines in given.lines if lines <= 1_000_000],
        "papers": bench_papers(given.motions, given.runs) if given.motions else None,
    }
    (FOLDER / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(page(results))
    if given.publish:
        publish(results)


if __name__ == "__main__":
    main()
