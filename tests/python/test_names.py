"""Names are names: a path given to the command is that file, whatever characters it holds, and says nothing else."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import support
from cmr import engine, project
from cmr.build import early_reading
from cmr.commands import generate
from cmr.errors import WrongCall
from cmr.sources.ca_doj_extract import inspection, preparation

# Patterns, escapes, quotes, columns and compressions of the engine; bytes that are not UTF-8; what YAML, Jinja and the
# command line take for more than a name.
ODD = [
    "ext[1]", "e*", "ext?", "it's", 'a"b', "back\\slash", "a\\[1]", "line\nbreak", "next\x85line", "\udcff.csv",
    "CONV_STAT_DESCR=MISDEMEANOR", "text=5", "e.csv.gz", "e.zst", "-e", "~", "{{ e }}", "%s", "\U0001f4c4", "e" * 250,
]  # fmt: skip
# What they would stand for as patterns, and what a backslash leads to.
OTHERS = ["ext1", "e", "extx", "a1", "back", "1"]


def texts(file: dict[str, str]) -> list[str]:
    """The lines and the first fields of a file as the raw layer reads it."""
    models = early_reading.RawModels([file], True, True, list)
    with duckdb.connect(config=project.OFFLINE) as con:
        lines = con.execute(
            models.render(
                f"select text from {{{{ read_physical_lines({file['path']!r}, {file['encoding']!r}) }}}}"
            )
        ).fetchall()
        fields = con.execute(
            models.render(
                f"select subject_id from {{{{ read_records({file['path']!r}, {file['encoding']!r}) }}}}"
            )
        ).fetchall()
    return [text for (text,) in lines + fields]


NAMES = st.one_of(
    st.sampled_from(ODD),
    st.text("ab1*?[]\\!-^{}=,.'\" \n~", min_size=1, max_size=8).filter(lambda name: name.strip(".")),
)


@settings(max_examples=25, deadline=None)
@given(folder=NAMES, name=NAMES, place=st.sampled_from(["work", "k[1]", "a*b", "PRI_NAME=X"]))
def test_a_file_is_read_by_its_own_name_and_no_other(folder: str, name: str, place: str) -> None:
    with TemporaryDirectory() as base:
        for other_folder in (folder, *OTHERS):
            (Path(base) / other_folder).mkdir(exist_ok=True)
            for other in (name, *OTHERS):
                support.extract(Path(base) / other_folder, [{"SUBJECT_ID": "666"}], name=other, header=False)
        path = support.extract(Path(base) / folder, [{"SUBJECT_ID": "7"}], name=name, header=False)
        work = Path(base) / "out" / place
        work.mkdir(parents=True)
        [file] = preparation.unprepared([path], work)
        line, field = texts(file)
        assert (line.split(",")[2], field) == ("7", "7")
        assert file["name"].encode(), "no text"


def test_two_names_that_are_not_text_are_two_files(tmp_path: Path) -> None:
    paths = [tmp_path / "\udcff.csv", tmp_path / "\udcfe.csv"]
    assert inspection.distinct_names(paths) == ["\\xff.csv", "\\xfe.csv"]
    assert len({engine.readable(path, tmp_path) for path in paths}) == 2


@pytest.fixture(scope="module")
def odd_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A file under each odd name, in folders of odd names, with a person of its own; others beside it. Read only."""
    base = tmp_path_factory.mktemp("names")
    files = []
    for number, name in enumerate(ODD):
        folder = base / ODD[-1 - number]
        for place in (folder, base):
            place.mkdir(exist_ok=True)
            for other in OTHERS:
                support.extract(place, [{"SUBJECT_ID": "666"}, {"SUBJECT_ID": str(number)}], name=other)
        files.append(support.extract(folder, [{"SUBJECT_ID": f"10{number:02}"}], name=name))
    # The reports are set in a font that has no such sign.
    return [file for file in files if file.name.isascii() or not file.name.isprintable()]


def test_a_run_decides_the_people_of_the_files_that_were_named(tmp_path: Path, odd_files: list[Path]) -> None:
    out = tmp_path / "out[1]=a*'"
    decoy = tmp_path / "out1=a'"
    decoy.mkdir()
    done = support.cmr("run", *odd_files, "--county", "Sacramento", "--as-of", "2020-07-01", "--out", out)
    assert done.returncode == 0, done.stderr
    lines = support.lines_of(out / "All_Results.csv")
    condensed = support.lines_of(out / "All_Results_Condensed.csv")
    wanted = [row["SUBJECT_ID"] for file in odd_files for row in support.lines_of(file)]
    assert [row["SUBJECT_ID"] for row in lines] == wanted
    # A folder's name is no level.
    assert {row["CONV_STAT_DESCR"] for row in condensed} == {"FELONY"}
    assert len({row["Eligibility Reason"] for row in lines}) == 1
    assert not list(decoy.iterdir())
    assert support.cmr("verify", out).returncode == 0
    done = support.cmr("explain", "1000", "--run", out)
    assert (done.returncode, "11359" in done.stdout) == (0, True), done.stderr
    done = support.cmr("diff", out, out)
    assert done.returncode == 0, done.stderr


def test_a_check_and_a_copy_read_the_files_that_were_named(tmp_path: Path, odd_files: list[Path]) -> None:
    done = support.cmr("check", *odd_files, "--as-of", "2020-07-01")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(odd_files)} in order" in done.stdout
    out = tmp_path / "copy?\\[1]"
    key = tmp_path / "*.key"
    done = support.cmr("deidentify", *odd_files, "--as-of", "2020-07-01", "--key", key, "--out", out)
    assert done.returncode == 0, done.stderr
    rows = [
        row
        for number in range(len(odd_files))
        for row in support.lines_of(out / f"deidentified_{number + 1}.csv")
    ]
    assert len({row["SUBJECT_ID"] for row in rows}) == len(rows) == len(odd_files)
    assert sorted(path.name for path in tmp_path.iterdir()) == [key.name, out.name]


def test_a_file_is_generated_under_any_name(tmp_path: Path) -> None:
    names = ["ext[1]", "it's", "back\\slash", "\udcff.csv", "k=v.gz", "e" * 250]
    for name in names:
        generate.generate(tmp_path / name, lines=1, county="SACRAMENTO", seed=1, threads=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert len({(tmp_path / name).read_bytes() for name in names}) == 1


@pytest.mark.parametrize("name", ["a?b", "a\\b", "a\udcffb"])
def test_where_the_engine_cannot_work_nothing_is_begun(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with pytest.raises(WrongCall, match="choose another place"):
        engine.place(folder, new_database=True)
    done = support.run(support.extract(tmp_path), folder / "out")
    assert (done.returncode, "choose another place" in done.stderr) == (2, True)
    assert not list(folder.iterdir())


def named(folder: str, ending: str, asks: str) -> list[tuple[Path, str]]:
    """What follows wherever the sources of a folder ask the engine for a file."""
    return [
        (path, text[ask.end() :].lstrip())
        for path in sorted((project.root() / folder).rglob(f"*.{ending}"))
        for text in [path.read_text(encoding="utf-8")]
        for ask in re.finditer(asks, text)
    ]


def test_python_names_files_to_the_engine_in_one_place() -> None:
    opened = named("scripts/cmr", "py", r"duckdb\.connect[(,](?!\s*config=)")
    settings = named(
        "scripts/cmr",
        "py",
        r"""temp_directory(": | = \?", \[)|"CMR_(WAREHOUSE|TEMP)": |CMR_(WAREHOUSE|TEMP)=(?!\{)""",
    )
    assert len(opened) > 3 and len(settings) > 6
    for path, following in opened + settings:
        assert re.match(r"""engine\.place\(|\)|":memory:\"""", following), f"{path}: {following[:60]}"
    written = named("scripts/cmr", "py", r"(?i)\) to '?(?=\{)|\battach '?(?=\{)|\bread_\w+\('?(?=\{)")
    assert len(written) > 5
    for path, following in written:
        assert following.startswith("{engine.literal("), f"{path}: {following[:60]}"


@pytest.mark.parametrize("folder", ["macros", "models", "tests", "scripts/cmr"])
def test_sql_names_files_to_the_engine_in_one_place(folder: str) -> None:
    for path, following in named(folder, "sql", r"(?i)\b(read_\w+|glob)\(\n|\bto(?= \{\{)|\battach "):
        assert re.match(r"\{\{-? file_to_(read|write)\(", following), f"{path}: {following[:60]}"
        if "file_to_read" in following[:30]:
            guesses = ("hive_partitioning = false", "compression = 'none'")
            assert all(guess in following[:200] for guess in guesses), f"{path}: {following[:60]}"
