"""The results in words, tables and a picture, and their place in docs/performance.md."""

import os
from collections.abc import Iterable, Sequence
from typing import Any

from cases import ALL_COUNTIES_LINES, FLOOR, LOAD, MARTS, RUN
from cmr import project
from cmr.pages import charts
from measure import Cost

PAGE = project.root() / "docs" / "performance.md"
CHART = project.root() / "docs" / "images" / "performance.svg"
# What the cost model is made for: about the criminal history of all of California.
STATE = 100_000_000
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


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
    block = charts.chart(
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
