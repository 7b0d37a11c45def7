"""What the county asks for: --criteria, a JSON file in the format counties already have, or a policy."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmr import project
from cmr.errors import WrongCall

if TYPE_CHECKING:
    import jsonschema

COUNTY_CRITERIA = "county_criteria"
SECTIONS = ("11357", "11358", "11359", "11360")
LARGEST_FILE = 1 << 20

# The options of `additionalRelief` by column of seeds/county_options.csv; off if the file hasn't got them.
OPTIONS: dict[str, tuple[str, bool | int]] = {
    "subject_under_21_at_conviction": ("subjectUnder21AtConviction", False),
    "subject_age_threshold": ("subjectAgeThreshold", 0),
    "years_since_conviction_threshold": ("yearsSinceConvictionThreshold", 0),
    "years_crime_free_threshold": ("yearsCrimeFreeThreshold", 0),
    "subject_has_only_prop64_charges": ("subjectHasOnlyProp64Charges", False),
    "subject_is_deceased": ("subjectIsDeceased", False),
}


@dataclass(frozen=True)
class Criteria:
    """Whose decisions the run's files carry.

    `policy` is an id of seeds/policies.csv. With a criteria file, `values` holds one value for each criteria
    column of seeds/county_options.csv; without one it is None, and the seed holds.
    """

    policy: str
    file: Path | None = None
    values: dict[str, bool | int] | None = None


def digest(values: Any) -> str | None:
    """Identifies criteria whatever the layout they were written in: the SHA-256 of their canonical JSON."""
    if values is None:
        return None
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read(given: str | None, *, option: str = "--criteria") -> Criteria:
    """The criteria named by an option, a policy's id or a JSON file; the county's own row without it."""
    if given is None:
        return Criteria(COUNTY_CRITERIA)
    policies = [row["policy"] for row in project.seed("policies")]
    if given in policies:
        return Criteria(given)
    path = Path(given)
    if path.exists() or path.suffix.lower() == ".json" or len(path.parts) > 1:
        return Criteria(COUNTY_CRITERIA, path, read_file(path))
    raise WrongCall(f"{option} {given!r}: no policy has this name{project.nearest(given, policies)}")


def read_file(path: Path) -> dict[str, bool | int]:
    """The values of a criteria file by column name, all present; raises WrongCall if anything is wrong."""
    stated = load(path)
    try:
        validate(path, stated)
    except RecursionError:
        raise WrongCall(f"{path}: not a criteria file: a value in it is nested too deeply") from None
    baseline = stated["baselineEligibility"]
    both = sorted(set(baseline.get("dismiss", [])) & set(baseline.get("reduce", [])))
    if both:
        raise WrongCall(f"{path}: baselineEligibility: {both[0]} stands in both dismiss and reduce")
    relief = stated.get("additionalRelief", {})
    values: dict[str, bool | int] = {}
    for action in ("dismiss", "reduce"):
        values |= {f"{action}_{section}": section in baseline.get(action, []) for section in SECTIONS}
    for column, (key, off) in OPTIONS.items():
        # JSON knows no whole numbers of its own: 57.0 is a 57
        values[column] = type(off)(relief.get(key, off))
    return values


def load(path: Path) -> Any:
    """The JSON value in the file; raises WrongCall for what json.loads would let pass or die of."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise WrongCall(f"{path}: no such criteria file") from None
    except OSError as error:
        raise WrongCall(f"{path}: the criteria file cannot be read: {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise WrongCall(f"{path}: too large for a criteria file (more than 1 MiB)")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys: dict[str, Any] = {}
        for key, value in pairs:
            if key in keys:
                raise WrongCall(f"{path}: the key {short(key)} stands there twice")
            keys[key] = value
        return keys

    def refuse(constant: str) -> None:
        raise WrongCall(f"{path}: {constant} is no JSON value")

    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=once, parse_constant=refuse)
    except UnicodeDecodeError:
        raise WrongCall(f"{path}: the criteria file is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise WrongCall(f"{path}: line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from None
    except (RecursionError, ValueError):  # nested too deeply; a number of thousands of digits
        raise WrongCall(
            f"{path}: not a criteria file: a value in it is too large or nested too deeply"
        ) from None


def validate(path: Path, stated: Any) -> None:
    """Raises WrongCall for the first field that breaks the schema, whose descriptions say what is right."""
    schema = project.schema("criteria")
    place, error = first_error(path, stated, schema)
    if error is None:
        return
    if error.validator == "required":
        raise WrongCall(f"{place}: {error.validator_value[0]} is missing")
    raise WrongCall(f"{place}: {short(error.instance)} found; must be {error.schema['description']}")


def first_error(
    path: Path, stated: Any, schema: dict[str, Any]
) -> "tuple[str, jsonschema.ValidationError | None]":
    """The first thing in a county's file that breaks the schema, and its place: the file and the field.

    Raises WrongCall, with the nearest known key, if it is a key that the schema does not have.
    """
    import jsonschema

    # The first error only: what follows it in a hostile file could take for ever.
    error = next(jsonschema.Draft202012Validator(schema).iter_errors(stated), None)
    if error is None:
        return f"{path}", None
    field = ".".join(str(part) for part in error.absolute_path if isinstance(part, str))
    place = f"{path}: {field}" if field else f"{path}"
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = next(key for key in error.instance if key not in known)
        near = project.nearest(unknown, known) or f"; known are {', '.join(known)}"
        raise WrongCall(f"{place}: unknown key {short(unknown)}{near}")
    return place, error


def short(value: Any) -> str:
    """A value as JSON, cut to fit in a message."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
