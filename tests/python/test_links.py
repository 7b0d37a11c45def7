"""README and docs lead nowhere that is not there."""

import re
import subprocess
from pathlib import Path

import pytest

from cmr import project

ROOT = project.root()
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "samples" / "README.md"])
CODE = re.compile(r"(?ms)^```.*?^```|`[^`\n]*`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


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


def test_no_page_names_this_machine() -> None:
    tracked = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "*.md"], capture_output=True, text=True, check=True
    ).stdout.split()
    for name in tracked:
        assert str(ROOT) not in (ROOT / name).read_text(encoding="utf-8"), name
