"""How fast a run is, and how near to what DuckDB alone needs for the same file.

    python scripts/bench [--lines N ...] [--runs N] [--motions N] [--publish]        or: make bench

Data is generated once, by seed, under data/bench. Each measurement is a fresh process; the cases of a size take turns,
and medians are shown. The results go to data/bench/results.json and, with --publish, into docs/performance.md.
"""

import argparse
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cases import alone, bench_counties, bench_papers, bench_policies, bench_size, bench_small
from measure import FOLDER
from publish import page, publish


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
        "command": " ".join(["python scripts/bench", *sys.argv[1:]]),
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
