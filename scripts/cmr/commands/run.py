"""`cmr run`: from extract files to a county's files, complete or not at all."""

import hashlib
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from cmr import __version__, engine, project
from cmr.build import warehouse
from cmr.commands.options import AsOf
from cmr.errors import DONE, SOMETHING_TO_LOOK_AT, CmrError, plain
from cmr.files import conservation, summary_json
from cmr.files import manifest as manifest_file
from cmr.files.summary_json import HEADLINE
from cmr.law import criteria
from cmr.pages import quality
from cmr.papers import papers
from cmr.progress import StageProgress
from cmr.sources.ca_doj_extract import inspection
from cmr.terminal import Form, show_json
from cmr.workplace import put_in_place, work_folder

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Call:
    """What the caller asked for, checked and in the project's own terms."""

    extracts: list[Path]
    county: str  # upper case, or all
    as_of: AsOf
    criteria: criteria.Criteria
    out: Path
    papers: papers.Wanted
    line_files: bool = True
    workbook: bool | None = None
    debug: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a run tells of itself at the end."""

    folder: Path
    county: str
    as_of: date
    headline: dict[str, int]  # by the names of summary_json.HEADLINE
    lines_set_aside: int
    not_set: list[str]  # what lacks among the files because it cannot be set
    remarks: list[str]

    @property
    def status(self) -> int:
        return SOMETHING_TO_LOOK_AT if self.lines_set_aside or self.not_set else DONE


def run(call: Call, form: Form = "text") -> int:
    """Makes a run, shows what came of it and returns the exit status; raises CmrError if it fails."""
    outcome = ask(call)
    show(outcome, form)
    return outcome.status


def ask(call: Call) -> Outcome:
    """Makes a run; raises CmrError if it fails."""
    engine.place(call.out)
    engine.place(call.out.parent, new_database=True)
    call.as_of.say_if_today()
    with work_folder(call.out, keep_log=call.debug) as work:
        return build_and_write(call, work)


def build_and_write(call: Call, work: Path) -> Outcome:
    """Inspects, builds and writes in the work folder, and puts the outcome in its place as the last thing."""
    began, started = datetime.now(UTC), time.perf_counter()
    output = work / "output"
    output.mkdir()
    with StageProgress() as progress:
        with warehouse.build(
            call.extracts,
            as_of=call.as_of.day,
            county=call.county,
            criteria=call.criteria,
            folder=work,
            progress=progress,
            debug=call.debug,
            line_files=call.line_files,
        ) as built:
            outcome, manifest = write_files(call, built, output, progress, started)
        progress.stage("Finishing")
        built.path.rename(output / built.path.name)
        outputs = manifest_file.describe(output, manifest.pop("tables"))
        manifest |= {"outputs": outputs, "content_sha256": manifest_file.content_digest(outputs)}
        progress.end_stage()
        manifest["seconds"] |= {"stages": progress.seconds}
        manifest = describe(call, built.inspected, began) | manifest
        (output / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        put_in_place(output, call.out)
    return outcome


def write_files(
    call: Call,
    built: warehouse.Warehouse,
    output: Path,
    progress: StageProgress,
    started: float,
) -> tuple[Outcome, dict[str, Any]]:
    """Writes the files; returns what to show, and what the warehouse adds to the manifest."""
    import duckdb

    from cmr.files import exports

    try:
        with ThreadPoolExecutor(max_workers=2) as beside:
            con = built.con
            if unused := quality.unused(con, built.inspected):
                raise CmrError(f"{unused}; nothing was written")
            # Closing would do it too, but fail without a word on a full disk.
            saved = beside.submit(con.cursor().execute, "checkpoint")
            hashes = beside.submit(manifest_file.table_hashes, con.cursor())
            query = "select county from county_overview order by county"
            found = [county for (county,) in con.execute(query).fetchall()]
            folders = exports.county_folders(con, output, call.county)
            full_criteria = criteria_in_full(con, call, list(folders))
            run_id = identify(call, built.inspected, full_criteria)
            progress.stage("Writing files")
            written = exports.write_outputs(
                con,
                output,
                county=call.county,
                run_id=run_id,
                processing_seconds=lambda: time.perf_counter() - started,
                line_files=call.line_files,
                workbook=call.workbook,
                progress=lambda county, name: progress.step(f"{county} {name}"),
            )
            quality.write_report(con, output / "Data_Quality.html")
            not_set = written.not_set
            for county, folder in folders.items():
                not_set += papers.write(
                    con,
                    folder,
                    county,
                    call.papers,
                    run_id=run_id,
                    begin=progress.stage,
                    step=lambda papers: progress.step(steps=papers),
                )
            outcome = Outcome(
                call.out,
                call.county,
                call.as_of.day,
                summary_json.headline(con, call.county),
                quality.count_set_aside(con),
                not_set,
                [*remarks_on(call.county, found), *remarks_on_dates(con, call.as_of.day)],
            )
            manifest = {
                "run_id": run_id,
                "criteria": full_criteria,
                "rows": {
                    layer: manifest_file.count_rows(con, names) for layer, names in built.layers.items()
                },
                "lines_set_aside": outcome.lines_set_aside,
                "reconciliation": conservation.reconcile(con, built.inspected, written),
                "tables": hashes.result(),
                "seconds": {"models": built.seconds, "files": written.seconds},
            }
            saved.result()
            return outcome, manifest
    except duckdb.Error as error:
        raise CmrError(plain("the files cannot be written", str(error))) from error


def identify(call: Call, inspected: list[inspection.Extract], full_criteria: dict[str, Any]) -> str:
    """Names the run after what it was made of: the same inputs, criteria, date and version give the same id."""
    made_of = {
        "version": __version__,
        "as_of": call.as_of.day.isoformat(),
        "policy": full_criteria["policy"],
        "criteria": full_criteria["sha256"],
        "extracts": [extract.sha256 for extract in inspected],
    }
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:16]


def remarks_on(county: str, found: list[str]) -> list[str]:
    """What the caller should look at if the files hold no Prop 64 conviction of the county."""
    if found and county in ("all", *found):
        return []
    where = f"; they have such convictions in {', '.join(found)}" if found else ""
    return [f"these files have no Prop 64 conviction in {'any county' if county == 'all' else county}{where}"]


def remarks_on_dates(con: "duckdb.DuckDBPyConnection", as_of: date) -> list[str]:
    """What the caller should look at if convictions are dated after the as-of date."""
    query = "select count(*) from fct_convictions where is_dated_after_as_of"
    [(convictions,)] = con.execute(query).fetchall()
    if not convictions:
        return []
    what = "conviction is" if convictions == 1 else "convictions are"
    return [
        f"{convictions:,} {what} dated after {as_of}, so that the date is unknown: was a later --as-of meant?"
    ]


def criteria_in_full(con: "duckdb.DuckDBPyConnection", call: Call, counties: list[str]) -> dict[str, Any]:
    """Whose decisions the files carry, with every value: the run can be repeated from its manifest."""
    full: dict[str, Any] = {"policy": call.criteria.policy}
    if call.criteria.policy == criteria.COUNTY_CRITERIA:
        query = "select * from int_county_criteria where county in (select unnest(?)) order by county"
        rows = con.execute(query, [counties])
        names = [name for name, *_ in rows.description]
        full["by_county"] = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    if call.criteria.file:
        full |= {"file": call.criteria.file.name, "values": call.criteria.values}
    return full | {"sha256": criteria.digest(full.get("values", full.get("by_county")))}


def describe(call: Call, inspected: list[inspection.Extract], began: datetime) -> dict[str, Any]:
    """The manifest's account of the call, its files and the program."""
    commit, changed = manifest_file.git_state()
    return {
        "version": __version__,
        "git_commit": commit,
        "git_changed": changed,
        "rules_sha256": project.rules_digest(),
        "started_at": began.isoformat(timespec="seconds"),
        "as_of": call.as_of.day.isoformat(),
        "as_of_given": call.as_of.is_given,
        "county": call.county,
        "criteria": None,
        "extracts": [
            {
                "name": extract.name,
                "size": extract.size,
                "sha256": extract.sha256,
                "lines": extract.lines,
                "has_header": extract.has_header,
                "encoding": extract.encoding,
                "line_ending": extract.line_ending,
                "remarks": extract.remarks,
            }
            for extract in inspected
        ],
        "versions": {
            "python": ".".join(map(str, sys.version_info[:3])),
            **{name: version(name) for name in ("dbt-core", "dbt-duckdb", "duckdb")},
        },
    }


def show(outcome: Outcome, form: Form) -> None:
    """Shows the headline numbers, and where the files lie."""
    if form == "json":
        show_json(outcome)
        return
    console = Console(highlight=False)
    table = Table(show_header=False)
    table.add_column("what")
    table.add_column("number", justify="right")
    for name, number in outcome.headline.items():
        table.add_row(HEADLINE[name], f"{number:,}")
    if outcome.lines_set_aside:
        table.add_row("lines set aside (Set_Aside.csv)", f"{outcome.lines_set_aside:,}")
    console.print(f"{outcome.county} as of {outcome.as_of}")
    console.print(table)
    for remark in (*outcome.not_set, *outcome.remarks):
        console.print(f"Note: {remark}", markup=False, soft_wrap=True)
    console.print(f"Files: {outcome.folder}", markup=False, soft_wrap=True)
