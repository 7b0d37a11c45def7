"""`cmr papers`: court papers and letters of a run that was made without them."""

import json
from dataclasses import dataclass
from pathlib import Path

from cmr import engine, project
from cmr.errors import DONE, SOMETHING_TO_LOOK_AT, CmrError, WrongCall, plain
from cmr.files import exports
from cmr.papers import papers, settings
from cmr.progress import StageProgress
from cmr.terminal import Form, show_json
from cmr.workplace import check_folder, put_in_place, work_folder


@dataclass(frozen=True)
class Written:
    """Where the papers lie, and a remark on each folder that lacks some because they cannot be set."""

    folder: Path
    remarks: list[str]

    @property
    def status(self) -> int:
        return SOMETHING_TO_LOOK_AT if self.remarks else DONE


def write(
    run: Path, out: Path, kind: papers.Kind, notices: bool, office: Path | None, form: Form = "text"
) -> int:
    """Writes the papers, shows where they lie and returns the exit status; raises CmrError if it fails."""
    written = ask(run, out, kind, notices, office)
    show(written, form)
    return written.status


def ask(run: Path, out: Path, kind: papers.Kind, notices: bool, office: Path | None) -> Written:
    """Writes papers of a finished run into a folder of their own, whole or not at all.

    `office`: the file of the county's settings. Raises CmrError if the call is wrong or it fails.
    """
    import duckdb

    if kind == "none" and not notices:
        raise WrongCall("--papers none without --notices: nothing to write")
    try:
        manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
        county, run_id = manifest["county"], manifest["run_id"]
    except (OSError, ValueError, KeyError, TypeError):
        raise WrongCall(
            f"{run}: not the output folder of a run: it has no manifest.json with a run_id"
        ) from None
    wanted = papers.Wanted(kind, notices, settings.read(office, county))
    out = check_folder(out)
    remarks: list[str] = []
    with work_folder(out) as work, StageProgress() as progress:
        output = work / "output"
        output.mkdir()
        try:
            with duckdb.connect(
                engine.place(run.resolve() / "warehouse.duckdb"), read_only=True, config=project.OFFLINE
            ) as con:
                con.execute("set temp_directory = ?", [engine.place(work / "tmp")])
                for name, folder in exports.county_folders(con, output, county).items():
                    folder.mkdir(exist_ok=True)
                    remarks += papers.write(
                        con,
                        folder,
                        name,
                        wanted,
                        run_id=run_id,
                        begin=progress.stage,
                        step=lambda papers: progress.step(steps=papers),
                    )
        except duckdb.Error as error:
            raise CmrError(plain("the papers cannot be written", str(error))) from error
        put_in_place(output, out)
    return Written(out, remarks)


def show(written: Written, form: Form) -> None:
    """Shows where the papers lie."""
    if form == "json":
        show_json(written)
        return
    for remark in written.remarks:
        print(f"Note: {remark}")
    print(written.folder)
