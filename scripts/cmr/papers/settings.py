"""The county's own names for court papers and notices: --settings, a TOML file (docs/settings.md)."""

import tomllib
from pathlib import Path
from typing import Any

from cmr import project
from cmr.errors import WrongCall
from cmr.law.criteria import first_error, short

LARGEST_FILE = 1 << 20


def read(path: Path | None, county: str) -> dict[str, Any]:
    """The settings with every key present, None where the county states nothing; all None without a file.

    `county` is the run's, upper case, or `all`. Raises WrongCall if anything in the file is wrong.
    """
    schema = project.schema("settings")
    stated: dict[str, Any] = {}
    if path is not None:
        stated = load(path)
        validate(path, stated, schema)
        if county == "all":
            raise WrongCall(f"--settings {path}: holds one county's names, but the run is for all counties")
        if stated_county(path, stated, county) != county:
            raise WrongCall(f"{path}: county: the file is for {stated['county']}, the run for {county}")
    return complete(stated, schema)


def stated_county(path: Path, stated: dict[str, Any], county: str) -> str:
    """The county that the file is for; the run's if it does not say."""
    try:
        return project.county(stated.get("county", county))
    except WrongCall as error:
        raise WrongCall(f"{path}: {error.message.removeprefix('--')}") from None


def load(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except FileNotFoundError:
        raise WrongCall(f"{path}: no such settings file") from None
    except OSError as error:
        raise WrongCall(f"{path}: the settings file cannot be read: {error.strerror}") from None
    if content is None:
        raise WrongCall(f"{path}: too large for a settings file (more than 1 MiB)")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise WrongCall(f"{path}: the settings file is not UTF-8 text") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise WrongCall(f"{path}: not TOML: {' '.join(str(error).split()) or 'nested too deeply'}") from None


def validate(path: Path, stated: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raises WrongCall for the first field that breaks the schema, whose descriptions say what is right."""
    place, error = first_error(path, stated, schema)
    if error is None:
        return
    found = short(error.instance) if isinstance(error.instance, (str, int, float, bool)) else "something else"
    rules = schema
    for key in error.absolute_path:  # the outermost description says most
        rules = rules.get("properties", {}).get(key) or rules.get("additionalProperties") or rules
    raise WrongCall(f"{place}: {found} found; must be {rules['description']}")


def complete(stated: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The stated values with a default, or None, for each key of the schema that is not stated."""
    return {
        key: complete(stated.get(key, {}), rules)
        if "properties" in rules
        else stated.get(key, rules.get("default"))
        for key, rules in schema["properties"].items()
    }
