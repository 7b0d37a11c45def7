"""Sets PDFs with Typst from a template in templates/ and data.

Data reaches a template as JSON values, never as markup, so that no name can break a page. A character that the font
lacks is shown as its code point in brackets: the PDF standard for accessible documents takes no blank box for it, and
Typst would set nothing at all. The same data gives the same bytes: the only font is one of Typst's own.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "templates"
# The code points of which the font has a glyph in every style that a template uses, as ranges. No other font is taken
# for a character: one that has the letter may lack the accent on it.
GLYPHS = TEMPLATES / "glyphs.txt"
COMPILERS = local()
# Typst would leave them out.
BLANKS = "\t\r"


class CannotBeSet(Exception):
    """Typst refuses a document. Its words may quote the data and are not kept."""


@cache
def without_glyph() -> re.Pattern[str]:
    """Matches a character that the font lacks, but the end of a line."""
    ranges = [line.split("-") for line in GLYPHS.read_text(encoding="ascii").split()]
    known = "".join(f"\\U{int(first, 16):08x}-\\U{int(last, 16):08x}" for first, last in ranges)
    return re.compile(f"[^\n{known}]")


def shown(value: Any) -> Any:
    """The value with each character that the font lacks, in any text in it, as its code point: [U+4E2D]."""
    if isinstance(value, str):
        return without_glyph().sub(stand_in, value)
    if isinstance(value, dict):
        return {shown(key): shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return value


def stand_in(found: re.Match[str]) -> str:
    """What is shown for a character that the font lacks."""
    return " " if found[0] in BLANKS else f"[U+{ord(found[0]):04X}]"


def set_pdf(template: str, as_of: date, **inputs: Any) -> bytes:
    """A tagged PDF of a template and its inputs, dated by the as-of date; raises CannotBeSet."""
    try:
        pdf = compiler_of(template).compile(
            format="pdf",
            sys_inputs={name: json.dumps(shown(value)) for name, value in inputs.items()},
            timestamp=datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC),
            pdf_standards=["ua-1"],
        )
    except RuntimeError:
        raise CannotBeSet from None
    assert isinstance(pdf, bytes)
    return pdf


def forget() -> None:
    """Frees what Typst remembers of a large document: it drops what its last ten compilations did not use."""
    for _ in range(11):
        compiler_of("pleading.typ").compile(format="pdf")


def compiler_of(template: str) -> typst.Compiler:
    """This thread's compiler of a template: it keeps the fonts and what documents have in common, and refuses a second
    document while it sets one."""
    import typst

    known: dict[str, typst.Compiler] = COMPILERS.__dict__.setdefault("known", {})
    if template not in known:
        fonts = typst.Fonts(include_system_fonts=False)
        known[template] = typst.Compiler(str(TEMPLATES / template), root=str(TEMPLATES), font_paths=fonts)
    return known[template]
