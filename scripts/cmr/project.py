"""Where the dbt project lies, and the lists that the command reads from its seeds."""

import csv
import difflib
import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from cmr.errors import WrongCall

# Settings of every DuckDB connection. The machine has no network: nothing is fetched, and nothing is loaded that did
# not come with DuckDB.
OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}

SCHEMAS = Path(__file__).parent / "schemas"


def root() -> Path:
    """The folder with dbt_project.yml: CMR_PROJECT, or the repository this package lies in."""
    folder = Path(os.environ.get("CMR_PROJECT") or Path(__file__).parents[2]).resolve()
    if not (folder / "dbt_project.yml").is_file():
        raise WrongCall(f"{folder}: no dbt project here; set CMR_PROJECT to the folder with dbt_project.yml")
    return folder


def rules_digest() -> str:
    """SHA-256 of all that decides: SQL of models and macros, seeds and settings of the project."""
    digest = hashlib.sha256()
    files = [root() / "dbt_project.yml"]
    files += [
        path for folder in ("macros", "models", "seeds") for path in sorted((root() / folder).rglob("*"))
    ]
    for path in files:
        if path.suffix in (".sql", ".csv") or path.name == "dbt_project.yml":
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root()).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of this name in schemas/."""
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


@cache
def seed(name: str) -> list[dict[str, str]]:
    """The rows of seeds/NAME.csv as text."""
    path = root() / "seeds" / f"{name}.csv"
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError:
        raise WrongCall(f"{path}: this part of the project is missing") from None


def extract_columns() -> list[str]:
    """The 95 column names of a DOJ extract, in order."""
    return [row["name"] for row in seed("doj_extract_columns")]


def carried_columns() -> list[str]:
    """The columns of an extract that decisions or the condensed file need (macro carried_columns)."""
    from jinja2 import Environment

    returned: list[list[str]] = []
    environment = Environment(extensions=["jinja2.ext.do"])
    environment.globals["return"] = returned.append
    macros = environment.from_string((root() / "macros" / "raw" / "extracts.sql").read_text(encoding="utf-8"))
    macros.module.carried_columns()  # type: ignore[attr-defined]
    return returned[0]


def determinations() -> list[str]:
    """The determinations, in the order of reports."""
    rows = sorted(seed("determinations"), key=lambda row: int(row["determination_order"]))
    return [row["determination"] for row in rows]


def hand_review() -> str:
    """The determination of a decision that missing facts leave open."""
    [name] = [row["determination"] for row in seed("determinations") if row["is_hand_review"] == "true"]
    return name


def parameter(name: str, policy: str = "") -> str:
    """The value of a parameter of the seed: of a policy, or of none."""
    [value] = [row["value"] for row in seed("parameters") if (row["policy"], row["name"]) == (policy, name)]
    return value


def counties() -> list[str]:
    """The 58 counties of California, upper case."""
    return [row["county"] for row in seed("counties")]


def county(name: str) -> str:
    """The county as the extract spells it, or `all`; case and extra blanks don't matter."""
    wanted = " ".join(name.split()).upper()
    if wanted == "ALL":
        return "all"
    known = counties()
    if wanted not in known and wanted.removesuffix(" COUNTY") in known:
        wanted = wanted.removesuffix(" COUNTY")
    if wanted not in known:
        raise WrongCall(f"--county {name!r}: no county of California has this name{nearest(wanted, known)}")
    return wanted


def nearest(wanted: str, known: list[str]) -> str:
    """The end of a message: the known names that look most like the one given."""
    names = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(names)}?" if names else ""
