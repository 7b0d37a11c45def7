"""The browser that pages are tested in: `make browser` sees that it is there, and installs it where it may."""

import os
import shutil
import subprocess
import sys
import tempfile

PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = """\
Chromium or Google Chrome is needed to test the pages. Install it, once:
  Debian   apt-get update && apt-get install chromium
  Ubuntu   Google Chrome's own package: a snap, as Ubuntu's chromium is one, cannot read the pages
  Fedora   dnf install chromium
  macOS    brew install --cask google-chrome
or set CMR_BROWSER to the program of such a browser."""
# No sandbox: root gets none, and the pages are the project's own. The rest keeps the browser from the network.
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """The program of the browser: the one that CMR_BROWSER names, or any that is there."""
    given = os.environ.get("CMR_BROWSER")
    return next(filter(None, map(shutil.which, [given] if given else PROGRAMS)), None)


def install() -> None:
    """Installs Chromium if this is root on a system of Debian's kind, where that is one call."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "--quiet", "--quiet", *words], env=environment)


def dump(program: str, address: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Opens a page in a browser that knows nothing yet, and prints what the page has become."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *OPTIONS, f"--user-data-dir={profile}", *options, "--dump-dom", address]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)


def main() -> None:
    """Exits with a message if there is no browser and none can be installed."""
    if not find() and "CMR_BROWSER" not in os.environ:
        install()
    if not find():
        sys.exit(MISSING)


if __name__ == "__main__":
    main()
