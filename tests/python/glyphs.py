"""The code points that the font of papers and reports has, as Typst itself finds them.

.venv/bin/python tests/python/glyphs.py        writes papers/templates/glyphs.txt anew, after another version of Typst
"""

import itertools
import json
import re
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from cmr.papers import typesetting

# Each letter in every style that the templates use. The PDF standard names those that cannot be shown.
PROBE = """
#set document(title: "Glyphs")
#set text(font: "Libertinus Serif", fallback: false, lang: "en")
#for letter in json(bytes(sys.inputs.letters)) [#par(letter) #par(strong(letter)) #par(emph(letter))]
"""
# Surrogates, private use, code points that nobody has assigned, controls, and format characters, which show nothing:
# a reader of the paper would not know that they are there.
NEVER = {"Cs", "Co", "Cn", "Cc", "Cf", "Zl", "Zp"}


def glyphs() -> str:
    """The ranges of code points, one in a line. Letters of scripts from Arabic on are not tried: the font has none. The last is what
    the reports have in place of a control character."""
    letters = map(chr, itertools.chain(range(0x20, 0x600), range(0x1D00, 0x2E80), [0xFFFD]))
    tried = [letter for letter in letters if unicodedata.category(letter) not in NEVER]
    lacking = missing(tried)
    points = [ord(letter) for letter in tried if letter not in lacking]
    lines = []
    for _, group in itertools.groupby(enumerate(points), lambda place: place[1] - place[0]):
        run = [point for _, point in group]
        lines.append(f"{run[0]:04X}-{run[-1]:04X}\n")
    return "".join(lines)


def missing(letters: list[str]) -> set[str]:
    """Those of the letters that the font cannot show in some style."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "probe.typ"
        path.write_text(PROBE, encoding="utf-8")
        compiler = typst.Compiler(str(path), root=folder, font_paths=typst.Fonts(include_system_fonts=False))
        try:
            inputs = {"letters": json.dumps(letters)}
            compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])
        except typst.TypstError as error:
            named = re.findall(r'the text `"(?:\\u\{(\w+)\}|(.))"` could not be displayed', error.diagnostic)
            assert len(named) == len(re.findall("(?m)^error: ", error.diagnostic)), (
                "Typst refuses them for another reason too"
            )
            return {chr(int(point, 16)) if point else letter for point, letter in named}
    return set()


if __name__ == "__main__":
    typesetting.GLYPHS.write_text(glyphs(), encoding="ascii")
