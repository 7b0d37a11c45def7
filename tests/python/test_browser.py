"""No test of a page is skipped: a browser is found or installed, or whoever runs the tests is told how."""

import os
import sys
from pathlib import Path

import pytest

import browser

INSTALLER = """#!/bin/sh
echo "$@" >> log
for word; do [ "$word" = chromium ] && /bin/cp /bin/sh chromium; done
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all programs that there are: root's apt-get."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CMR_BROWSER", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(browser, "PROGRAMS", ("chromium",))
    (tmp_path / "apt-get").write_text(INSTALLER)
    (tmp_path / "apt-get").chmod(0o755)
    return tmp_path


def test_root_gets_a_browser_once(programs: Path) -> None:
    for _ in range(2):
        browser.main()
        assert browser.find() == str(programs / "chromium")
    update, install = (programs / "log").read_text().splitlines()
    assert update.endswith("update") and install.endswith("chromium")


def test_whoever_may_not_install_is_told_how(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as ended:
        browser.main()
    for word in ("Debian", "Ubuntu", "Fedora", "macOS", "CMR_BROWSER"):
        assert word in str(ended.value)
    assert not (programs / "log").exists()


def test_another_browser_can_be_named(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMR_BROWSER", sys.executable)
    assert browser.find() == sys.executable
    monkeypatch.setenv("CMR_BROWSER", "no-such-program")
    with pytest.raises(SystemExit):
        browser.main()
    assert not (programs / "log").exists()
