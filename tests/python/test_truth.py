"""Every offense of a table of our own, in every spelling of an extract, is classified as the table says."""

import csv
from pathlib import Path

import duckdb
import pytest

import support
from cmr import project

DATA = Path(__file__).parent / "data"
LISTS = ("prop64", "related_charge", "superstrike", "pc290")


@pytest.fixture(scope="module")
def truth() -> list[dict[str, str]]:
    with (DATA / "offense_truth.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def spellings(row: dict[str, str]) -> list[str]:
    """The row's charge as extracts and comments write it."""
    statute, code, literal = row["statute"], row["code"], row["literal"]
    if not code:
        return [f"{statute} {literal}", f"CHRG {statute} {literal}"]
    texts = [
        f"{statute} {code}-{literal}",
        f"{statute} {code} - {literal}",
        f"{statute} {code}- {literal}",
        f"{statute}{code}-{literal}",
        f"  {statute}  {code}-{literal} ",
        f"{statute} {code}-{literal}".lower(),
        f"CHRG {statute} {code}-{literal}",
        f":CHRG {statute} {code}-{literal}",
        f"SCN-{statute} {code}-{literal}",
    ]
    if "MAYHEM" not in literal:  # the one word of a literal that the lists ask for
        texts += [f"{statute} {code}", f"CHRG {statute} {code}", f"SCN-{statute} {code}"]
    return texts


@pytest.fixture(scope="module")
def classified(
    truth: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[str, ...]]:
    """The lists that dim_offenses puts each charge on, of one extract with every spelling and generated text."""
    folder = tmp_path_factory.mktemp("truth")
    texts = {text for row in truth for text in spellings(row)} | set(generated())
    rows = [
        {"SUBJECT_ID": str(number), "CNT_ORDER": f"001001{number % 1000:03}000", "OFFENSE_DESCR": text}
        for number, text in enumerate(sorted(texts), start=1)
    ]
    done = support.run(support.extract(folder, rows), folder / "out")
    assert done.returncode == 0, done.stderr
    with duckdb.connect(str(folder / "out" / "warehouse.duckdb"), read_only=True) as con:
        found = con.execute(
            """
            select
                charge_text,
                if(is_prop64, 'yes', 'no'),
                if(is_related_charge, 'yes', 'no'),
                superstrike,
                pc290
            from dim_offenses
            """
        ).fetchall()
    return {text: tuple(lists) for text, *lists in found}


def generated() -> dict[str, str]:
    """Every offense text that `cmr generate` knows, with its kind."""
    vocabulary = project.root() / "scripts" / "cmr" / "generate_vocabulary.sql"
    with duckdb.connect() as con:
        con.execute(vocabulary.read_text(encoding="utf-8"))
        return dict(con.execute("select text, kind from offense_texts").fetchall())


def test_the_table_is_large_and_every_row_has_a_reason(truth: list[dict[str, str]]) -> None:
    assert len(truth) >= 300
    assert len({(row["statute"], row["code"], row["literal"]) for row in truth}) == len(truth)
    for row in truth:
        assert row["reason"] and row["level"] in "FMIW", row
        assert {row[name] for name in LISTS[:2]} <= {"yes", "no"}, row
        assert row["superstrike"] in ("yes", "no", "depends"), row
        assert row["pc290"] in ("yes", "no", "depends", "if_felony"), row


def test_every_statute_of_the_lists_is_in_the_table(truth: list[dict[str, str]]) -> None:
    texts = {squeezed(row["statute"].split("/")[-1] + row["code"]) for row in truth}
    missing = [
        f"{row['section']}{row['subdivision']} {row['code']} ({row['list']})"
        for row in project.seed("statutes")
        if row["list"] in ("prop64", *LISTS[1:])
        # the sections of 187 to 191.5 that only say how murder is punished are charges of no one
        and not row["section"].startswith(("189.1", "190."))
        and squeezed(row["section"] + row["subdivision"] + row["code"]) not in texts
    ]
    assert not missing, f"on a list, but not in the table: {missing}"


def test_every_spelling_is_classified_as_the_table_says(
    truth: list[dict[str, str]], classified: dict[str, tuple[str, ...]]
) -> None:
    wrong = [
        f"{text!r}: {dict(zip(LISTS, classified[text], strict=True))}, not {expected} ({row['reason']})"
        for row in truth
        if (expected := tuple(row[name] for name in LISTS))
        for text in spellings(row)
        if classified[text] != expected
    ]
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:20])


def test_every_text_of_the_generator_is_in_the_table(
    truth: list[dict[str, str]], classified: dict[str, tuple[str, ...]]
) -> None:
    wrong = []
    for text in generated():
        rows = [
            row for row in truth if squeezed(text).startswith(squeezed(row["statute"] + row["code"]) + "-")
        ]
        rows += [row for row in truth if squeezed(text) == squeezed(row["statute"] + row["literal"])]
        # Of several rows of one statute, the one with the literal.
        rows.sort(key=lambda row: squeezed(row["literal"]) not in squeezed(text))
        if not rows:
            wrong.append(f"{text!r} is not in the table")
        elif classified[text] != (expected := tuple(rows[0][name] for name in LISTS)):
            wrong.append(f"{text!r}: {classified[text]}, not {expected}")
    assert not wrong, "\n".join(wrong)


def squeezed(text: str) -> str:
    return "".join(text.split()).upper()
