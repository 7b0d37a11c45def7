"""Every offense of a table of our own, in every spelling of an extract, is classified as the table says."""

import csv
import random
import re
from functools import cache
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
        return [
            f"{statute}{between}{literal}{end}"
            for between in (" ", "-", " - ", ": ", ", ", "\t", "\u00a0")
            for end in ("", ".")
        ] + [statute, f"{statute}.", f"CHRG {statute} {literal}"]
    standard = f"{statute} {code}-{literal}"
    texts = [text + literal for text in with_code(statute, code)] + as_attempts(statute, code, literal)
    if not asks_for_words(row):
        texts += [f"{statute} {code}", f"{statute} {code}.", f"CHRG {statute} {code}", f"{code}{statute}"]
    return [
        *texts,
        standard.lower(),
        f"  {standard} ",
        f"\t{standard}\t",
        f"\u00a0{standard}\u00a0",
        f"{standard}.",
    ]


def with_code(statute: str, code: str) -> list[str]:
    """A statute and its code in every spelling, up to the literal."""
    letters = ".".join(code) + ".", " ".join(code)
    if code in ("BP", "HS", "WI"):
        letters += "&".join(code), " & ".join(code)
    texts = [
        f"{statute}{before}{code}{behind}"
        for before in ("", " ", "  ", "-", " - ", ",", ", ", "_", "\t", "\u00a0")
        for behind in ("-", " - ", " ")
    ]
    texts += [
        f"{statute} {code}{behind}" for behind in ("- ", " -", ", ", ": ", ". ", "_", "\t", "\u00a0-\u00a0")
    ]
    texts += [
        f"{statute}{blank}{opened}{code}{closed}{behind}"
        for blank in ("", " ")
        for opened, closed in ("()", "[]")
        for behind in ("-", " ")
    ]
    texts += [f"{statute} {spelt}{behind}" for spelt in letters for behind in ("-", " ")]
    texts += [f"{spelt} {statute}{behind}" for spelt in (code, *letters) for behind in ("-", " ")]
    texts += [f"{code}{statute}-", f"{code}-{statute}-", f"{code}: {statute} "]
    texts += [f"{word}{statute} {code}-" for word in ("CHRG ", ":CHRG ", "CHRG: ", "SCN-", "SCN ")]
    if without := without_brackets(statute, code):
        texts += [f"{without} {code}-", f"{without} {code} - "]
    return texts


def without_brackets(statute: str, code: str) -> str:
    """The statute with its subdivisions' letters right behind the number, 11360A2; blank where that is another
    statute (288A) or the grammar has no such spelling."""
    found = re.fullmatch(r"([\d/]*?)([\d.]+)\(([A-Z])\)(?:\((\d)\))?(?:\(([A-Z])\))?", statute)
    if not found or found[2] + found[3] in lettered_sections(code):
        return ""
    return "".join(part or "" for part in found.groups())


@cache
def lettered_sections(code: str) -> set[str]:
    """The sections of the lists that end in a letter."""
    return {
        row["section"]
        for row in project.seed("statutes")
        if row["code"] == code and row["section"][-1].isalpha()
    }


def as_attempts(statute: str, code: str, literal: str) -> list[str]:
    """An attempt in every spelling, with 664 or the word before the statute, behind it, or in the literal; none of
    another charge."""
    found = re.fullmatch(r"664(?:\(A\))?[/-](.*)", statute)
    if not found:
        return []
    attempted = found[1]
    words = re.sub("^ATT(EMPT(ED)?)? ", "", literal)
    texts = [
        f"{before}{attempted} {code}{behind}{words}"
        for before in (
            "664/",
            "664-",
            "664 ",
            "664, ",
            "664 / ",
            "664(A)/",
            "664(A) ",
            f"664 {code}/",
            "ATT ",
            "ATTEMPT ",
        )
        for behind in ("-", " - ", " ")
    ]
    texts += [f"{attempted}/664 {code}-{words}", f"{attempted} {code}/664-{words}"]
    texts += [
        f"{attempted} {code}{behind}{word} {words}"
        for behind in ("-", " - ", " ", "_", ": ", ", ", ". ", "\u00a0-\u00a0")
        for word in ("ATT", "ATT:", "ATTEMPT", "ATTEMPTED")
    ]
    return texts


def asks_for_words(row: dict[str, str]) -> bool:
    """Whether a list asks for a word of the row's literal, the only one that a list asks for."""
    return "MAYHEM" in row["literal"]


def doubtful_spellings(row: dict[str, str]) -> list[str]:
    """Texts that may be the row's charge or another: no code, an unknown one, or other words and numbers first."""
    statute, code, literal = row["statute"], row["code"], row["literal"]
    name = {"PC": "PENAL", "HS": "HEALTH AND SAFETY", "VC": "VEHICLE"}.get(code, "BUSINESS AND PROFESSIONS")
    texts = [
        f"{first}{statute} {code}{rest}"
        for first in (
            "1 CT ",
            "2 CTS ",
            "1 CT: ",
            "COUNT 1 ",
            "COUNT 1: ",
            "CT1: ",
            "VIOLATION OF ",
            "POSS OR SALE ",
        )
        for rest in ("", f"-{literal}")
    ]
    texts += [f"{name} CODE {statute}", f"{statute} {name} CODE", f"{name} CODE SECTION {statute} {literal}"]
    texts += [f"{statute} XX-{literal}", f"{statute} (XX)", f"{statute}[XX]", f"{statute} {literal} ({code})"]
    if row["prop64"] == "no":
        texts += [statute, f"{statute}-{literal}", f"{statute} {literal}"]
    return texts


def is_listed(row: dict[str, str]) -> bool:
    return bool(row["code"]) and any(row[name] != "no" for name in LISTS)


@pytest.fixture(scope="module")
def pairs(truth: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    """Charges of two statutes, with the lists of either: what is the case for certain goes before what may be."""
    single = [row for row in truth if re.fullmatch("[A-Z]+", row["code"]) and not asks_for_words(row)]
    # a prefix is no statute of its own, nor are 32 and 182 ahead of a slash
    single = [row for row in single if re.fullmatch(r"(?!32$|182)[\dA-Z.()]+", row["statute"])]
    listed = [row for row in single if is_listed(row)]
    found = {}
    draw = random.Random(64)
    for _ in range(400):
        one, other = draw.sample([draw.choice(listed), draw.choice(single)], 2)
        lists = tuple(
            next(
                value for value in ("yes", "depends", "if_felony", "no") if value in (one[name], other[name])
            )
            for name in LISTS
        )
        found[f"{one['statute']} {one['code']}/{other['statute']} {other['code']}-X"] = lists
        if one["code"] == other["code"]:
            found[f"{one['statute']}/{other['statute']} {one['code']}"] = lists
    return found


@pytest.fixture(scope="module")
def classified(
    truth: list[dict[str, str]],
    pairs: dict[str, tuple[str, ...]],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[str, ...]]:
    """How dim_offenses reads each charge, and the lists that it puts it on, of one extract with every text."""
    folder = tmp_path_factory.mktemp("truth")
    texts = {text for row in truth for text in spellings(row)} | set(generated()) | set(pairs)
    texts |= {text for row in truth if is_listed(row) for text in doubtful_spellings(row)}
    rows = [
        {"SUBJECT_ID": str(number), "DISP_DESCR": "DISMISSED", "OFFENSE_DESCR": text}
        for number, text in enumerate(sorted(texts), start=1)
    ]
    done = support.run(support.extract(folder, rows), folder / "out", "--no-line-files")
    assert done.returncode == 0, done.stderr
    with duckdb.connect(str(folder / "out" / "warehouse.duckdb"), read_only=True) as con:
        found = con.execute(
            """
            select
                charge_text,
                reading,
                if(is_prop64, 'yes', 'no'),
                if(is_related_charge, 'yes', 'no'),
                superstrike,
                pc290
            from dim_offenses
            """
        ).fetchall()
    return {text: tuple(rest) for text, *rest in found}


def generated() -> dict[str, str]:
    """Every offense text that `cmr generate` knows, with its kind."""
    vocabulary = project.root() / "scripts" / "cmr" / "queries" / "generate" / "vocabulary.sql"
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
        # () is the section without a subdivision
        and squeezed(row["section"] + row["subdivision"].replace("()", "") + row["code"]) not in texts
    ]
    assert not missing, f"on a list, but not in the table: {missing}"


def test_every_spelling_is_classified_as_the_table_says(
    truth: list[dict[str, str]], classified: dict[str, tuple[str, ...]]
) -> None:
    wrong = [
        f"{text!r}: {classified[text]}, not {expected} ({row['reason']})"
        for row in truth
        if (expected := ("certain", *(row[name] for name in LISTS)))
        for text in spellings(row)
        if classified[text] != expected
    ]
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:20])


def test_a_statute_with_a_code_has_thirty_spellings_and_more(truth: list[dict[str, str]]) -> None:
    assert min(len(set(spellings(row))) for row in truth if row["code"]) >= 30


def test_no_list_takes_or_leaves_a_listed_charge_that_is_read_with_doubt(
    truth: list[dict[str, str]], classified: dict[str, tuple[str, ...]]
) -> None:
    wrong = [
        f"{text!r}: {(reading, *lists)}"
        for row in truth
        if is_listed(row)
        for text in doubtful_spellings(row)
        for reading, *lists in [classified[text]]
        if reading not in ("doubtful", "unread") or lists != ["no", "no", "depends", "depends"]
    ]
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:20])


def test_a_charge_of_two_statutes_is_on_the_lists_of_both(
    pairs: dict[str, tuple[str, ...]], classified: dict[str, tuple[str, ...]]
) -> None:
    wrong = [
        f"{text!r}: {classified[text]}, not {lists}"
        for text, lists in pairs.items()
        if classified[text] != ("certain", *lists)
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
        elif classified[text] != (expected := ("certain", *(rows[0][name] for name in LISTS))):
            wrong.append(f"{text!r}: {classified[text]}, not {expected}")
    assert not wrong, "\n".join(wrong)


def squeezed(text: str) -> str:
    return "".join(text.split()).upper()
