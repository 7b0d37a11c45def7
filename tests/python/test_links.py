"""README and docs lead nowhere that is not there."""

import posixpath
import re
import subprocess
from pathlib import Path

import pytest

from cmr import project

ROOT = project.root()
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "samples" / "README.md"])
CODE = re.compile(r"(?ms)^```.*?^```|`[^`\n]*`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
# A file by its path, in a comment, a text or a page.
CITED = re.compile(r"(?<![\w./*{}:-])(?:[\w.-]+/)+[\w.-]+\.(?:md|sql|yml|csv|py|json|typ|html|svg|toml)\b")
# Paths of what is made by a command, a guide's reader or a test; and a word in capitals stands for any name.
NOT_OF_THE_REPOSITORY = re.compile(
    r"(?:data|target|out|demo_output)/.*|.*/[A-Z]+\.\w+|20\d\d/a\.csv"
    r"|models/eligibility/policies/(?:pilot_sacramento_only_conviction|alameda_seven_years)\.\w+"
)


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings get."""
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))
    found: set[str] = set()
    for heading in re.findall(r"(?m)^#+ +(.+?) *$", text):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        repeated = sum(
            known == slug or re.fullmatch(rf"{re.escape(slug)}-\d+", known) is not None for known in found
        )
        found.add(f"{slug}-{repeated}" if repeated else slug)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or ROOT not in (target, *target.parents):
            dead.append(f"{link}: no such file")
        elif anchor and (target.suffix != ".md" or anchor not in anchors(target)):
            dead.append(f"{link}: no such heading")
    assert not dead, "\n".join(dead)


def test_every_page_of_the_docs_can_be_reached() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
        if not re.match(r"https?://|mailto:", link)
    }
    pages = set((ROOT / "docs").rglob("*.md"))
    assert not {str(page.relative_to(ROOT)) for page in pages - linked}


def test_commands_in_the_docs_exist() -> None:
    import typer

    from cmr.cli import app

    known = {
        command.name or (command.callback and command.callback.__name__)
        for command in app.registered_commands
    }
    assert isinstance(app, typer.Typer)
    for page in PAGES:
        named = set(
            re.findall(r"`cmr ([a-z][a-z-]+)|^cmr ([a-z][a-z-]+)", page.read_text(encoding="utf-8"), re.M)
        )
        commands = {one or other for one, other in named}
        assert commands <= known, page.name


def tracked(*patterns: str) -> list[str]:
    """The repository's files."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", *patterns]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name]


def test_no_page_names_this_machine() -> None:
    for name in tracked("*.md"):
        assert str(ROOT) not in (ROOT / name).read_text(encoding="utf-8"), name


def not_there(citing: str, text: str, files: list[str]) -> list[str]:
    """The files that a text cites by a path, from the root, the file's own folder or a folder on the way, and that
    are none of these."""
    endings = {
        "/".join(parts[n:]) for parts in (name.split("/") for name in files) for n in range(len(parts))
    }
    return [
        cited
        for cited in CITED.findall(text)
        if cited not in endings
        and not NOT_OF_THE_REPOSITORY.fullmatch(cited)
        and posixpath.normpath(f"{posixpath.dirname(citing)}/{cited}") not in files
    ]


def test_no_file_cites_a_file_that_is_not_there() -> None:
    files = tracked()
    dead = {}
    for name in set(files) - {"tests/python/test_links.py"}:  # whose own examples are below
        text = (ROOT / name).read_bytes().decode("utf-8", "ignore")
        if found := not_there(name, text, files):
            dead[name] = found
    assert dead == {}


def test_a_file_that_is_not_there_is_found() -> None:
    files = ["docs/a.md", "models/x/b.sql"]
    assert not_there(
        "docs/a.md", "(spec/rules.md): see models/x/b.sql, x/b.sql, ../models/x/b.sql", files
    ) == ["spec/rules.md"]
    assert not_there("docs/a.md", "docs/b.md docs/NAME.md out/c.csv", files) == ["docs/b.md"]
