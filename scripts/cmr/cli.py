"""The `cmr` command: from the options of a call to the function that answers it.

What a subcommand needs is imported when it is called: --help answers at once. The module is long because it has the
help of every option of every subcommand, and nothing else.
"""

import atexit
import errno
import gc
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from cmr import stopping

if __name__ == "__main__":  # python -m cmr.cli: signals are listened to before anything else is loaded
    stopping.listen()

import typer

from cmr import __version__
from cmr.commands import generate
from cmr.errors import FAILED, CmrError, WrongCall
from cmr.terminal import App, show_any_character

app = App(
    help="Finds every conviction eligible for automatic record clearance in bulk DOJ extracts, and says why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Papers = Annotated[
    Literal["none", "cases", "omnibus"],
    typer.Option(
        help="Motions and proposed orders: one for each court case, or one for all of them together."
    ),
]
Notices = Annotated[
    bool,
    typer.Option("--notices", help="Write a letter for each person, to be sent when the court has ordered."),
]
Settings = Annotated[
    Path | None,
    typer.Option(metavar="FILE.toml", help="The county's names for papers and letters; blanks if not given."),
]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Ages and years are counted to this date; today if not given."),
]
Criteria = Annotated[
    str | None,
    typer.Option(
        metavar="FILE.json|POLICY",
        help="The county's own criteria, or a policy; the county's usual ones if not given.",
    ),
]
Debug = Annotated[
    bool, typer.Option(help="If it fails, show where and keep a log of it. It may quote the data.")
]
Extracts = Annotated[list[Path], typer.Argument(metavar="EXTRACT...", help="Extract files of one county.")]
Run = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR|FILE.duckdb",
        help="The folder of a run, or a warehouse; what dbt build made if not given.",
    ),
]


Form = Annotated[Literal["text", "json"], typer.Option("--format", help="What to write to stdout.")]
FormOrCsv = Annotated[
    Literal["text", "csv", "json", "table"],
    typer.Option("--format", help="What to write to stdout; table is an earlier name of text."),
]


def print_version(wanted: bool) -> None:
    if wanted:
        print(f"cmr {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    # dbt makes millions of objects that live as long as the command. To look through them every few hundred new ones
    # for something to free takes a sixth of its time.
    gc.set_threshold(100_000, 50, 100)


@app.command()
def run(
    extract: Extracts,
    county: Annotated[str, typer.Option(help="The county to decide for, or all: a folder for each.")],
    out: Annotated[Path, typer.Option(help="The folder to write; must not exist or be empty.")],
    as_of: AsOf = None,
    criteria: Criteria = None,
    papers: Papers = "none",
    notices: Notices = False,
    settings: Settings = None,
    workbook: Annotated[
        bool | None,
        typer.Option(
            help="Write Prop64_Results.xlsx; if neither is given, for up to 20,000 convictions: it is the slowest file."
        ),
    ] = None,
    line_files: Annotated[
        bool,
        typer.Option(
            help="Write the files with a row for each line or conviction. Without them a run ends sooner, with the"
            " warehouse, the summary and the reports."
        ),
    ] = True,
    debug: Debug = False,
    form: Form = "text",
) -> None:
    """Decide every conviction in the extracts and write the county's files."""
    from cmr import project
    from cmr.commands.options import AsOf
    from cmr.commands.run import Call, run
    from cmr.law import criteria as law
    from cmr.papers import settings as office
    from cmr.papers.papers import Wanted
    from cmr.workplace import check_folder

    of = project.county(county)
    call = Call(
        extracts=extract,
        county=of,
        as_of=AsOf.read(as_of),
        criteria=law.read(criteria),
        out=check_folder(out),
        papers=Wanted(papers, notices, office.read(settings, of)),
        line_files=line_files,
        workbook=workbook,
        debug=debug,
    )
    raise typer.Exit(run(call, form))


@app.command()
def papers(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The output folder of a run.")],
    out: Annotated[Path, typer.Option(help="The folder to write; must not exist or be empty.")],
    papers: Papers = "cases",
    notices: Notices = False,
    settings: Settings = None,
    debug: Annotated[bool, typer.Option(help="If it fails, show where. It may quote the data.")] = False,
    form: Form = "text",
) -> None:
    """Write the court papers and the letters of a run that was made without them."""
    from cmr.commands.papers import write

    raise typer.Exit(write(folder, out, papers, notices, settings, form))


@app.command()
def check(
    extract: Extracts,
    county: Annotated[str, typer.Option(help="The county whose decisions are counted, or all.")] = "all",
    as_of: AsOf = None,
    criteria: Criteria = None,
    debug: Debug = False,
    form: Form = "text",
) -> None:
    """Say what is wrong with extract files, before any run, and how many decisions that touches.

    It builds what a run builds, up to Data_Quality.html, and keeps nothing of it.

    Exit status: 0 all in order; 3 they can be read, but something is odd, lines would be set aside or a finding could
    change a decision; 2 a run would refuse one; 1 a run could use no line of one, or the check failed.
    """
    from cmr import project
    from cmr.commands.check import Call, check
    from cmr.commands.options import AsOf
    from cmr.law import criteria as law

    of, day = project.county(county), AsOf.read(as_of)
    raise typer.Exit(check(Call(extract, of, day, law.read(criteria), debug), form))


@app.command()
def explain(
    subject: Annotated[str, typer.Argument(help="SUBJECT_ID, CII number or case number.")],
    run: Run = None,
    policy: Annotated[
        str | None, typer.Option(help="Only this policy's rules; all policies' if not given.")
    ] = None,
    form: Annotated[
        Literal["text", "json", "html"], typer.Option("--format", help="What to write to stdout.")
    ] = "text",
    with_names: Annotated[bool, typer.Option("--with-names", help="Show names and comments too.")] = False,
) -> None:
    """Show a person's history, and why each conviction was decided as it was: every rule, with its facts.

    The output is a person's criminal history: keep it as confidential as the extract.
    """
    from cmr.commands.explain import explain

    raise typer.Exit(explain(subject, run=run, policy=policy, form=form, with_names=with_names))


@app.command()
def compare(
    policy: Annotated[
        list[str],
        typer.Argument(metavar="POLICY|FILE.json...", help="Policies and criteria files, two or more."),
    ],
    run: Run = None,
    county: Annotated[
        str | None, typer.Option(help="The county, or all; the one that the run was made for if not given.")
    ] = None,
    form: FormOrCsv = "text",
) -> None:
    """Show what policies would each do with the convictions of a run, side by side."""
    from cmr.commands.compare import compare

    raise typer.Exit(compare(policy, run=run, county=county, form=form))


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run.")],
    form: Form = "text",
) -> None:
    """Say whether a run's files are as the run wrote them: what was changed, is missing or was added.

    Exit status: 0 all as written, 1 not.
    """
    from cmr.commands.verify import verify

    raise typer.Exit(verify(folder, form))


@app.command()
def diff(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="The folder of a run.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="The folder of another, later run.")],
    form: FormOrCsv = "text",
) -> None:
    """Say what changed between two runs: each conviction that is decided otherwise, and why.

    The text shows the first changes, CSV and JSON all of them.
    """
    from cmr.commands.diff import diff

    raise typer.Exit(diff(run_a, run_b, form))


@app.command()
def deidentify(
    extract: Extracts,
    out: Annotated[
        Path, typer.Option(metavar="FILE|DIR", help="The file to write; for several extracts, the folder.")
    ],
    key: Annotated[
        Path, typer.Option(metavar="FILE", help="The secret key; made if it is not there. Never share it.")
    ],
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Ages at this date stay the same; today if not given."),
    ] = None,
    form: Form = "text",
) -> None:
    """Write a copy without the people that leads to the same decisions, to share a failing case.

    Dates of events, agencies and offenses stay: whoever has court records may still find a person in it.
    """
    from cmr.commands.deidentify import deidentify
    from cmr.commands.options import AsOf

    raise typer.Exit(deidentify(extract, out=out, key=key, as_of=AsOf.read(as_of), form=form))


@app.command()
def docs(
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="The HTML file to write; an earlier one is replaced.")
    ] = Path("clear_my_record_docs.html"),
) -> None:
    """Write the dbt docs, every model, column and rule with its source, as one HTML file for any browser."""
    from cmr.commands.docs import docs

    print(docs(out))


@app.command("export-marts")
def export_marts(
    run: Annotated[Path, typer.Option(metavar="DIR", help="The folder of a run.")],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder to write; must not exist or be empty.")
    ],
    form: Form = "text",
) -> None:
    """Write a run's tables for researchers as Parquet: no names, numbers or dates of people, and new ids."""
    from cmr.commands.export_marts import export_marts

    raise typer.Exit(export_marts(run, out, form))


app.command("generate")(generate.command)


def main() -> None:
    """Runs the command; every failure ends in one plain message that holds no person's data."""
    status = FAILED

    def leave() -> None:
        with suppress(OSError):
            for stream in filter(None, (sys.stdout, sys.stderr)):
                stream.flush()
            os._exit(status)

    # The last thing that Python does at its end, before it takes apart all that dbt has made, which takes most of a
    # second: what was registered first is called last.
    atexit.register(leave)
    show_any_character()
    try:
        app()
    except SystemExit as ended:
        status = int(ended.code or 0)
    except Exception as error:
        if "--debug" in sys.argv:
            traceback.print_exc()
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            error = WrongCall("a path or name in the call is longer than the system allows")
        if not isinstance(error, CmrError):
            error = CmrError(f"unexpected {type(error).__name__}; --debug shows where", FAILED)
        print(f"cmr: {error.message}", file=sys.stderr)
        status = error.status
    sys.exit(status)


if __name__ == "__main__":
    main()
