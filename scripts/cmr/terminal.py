"""How the command reads the words of a call and writes to a terminal, whatever they are."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TextIO, TypeVar, cast

import typer
from typer.core import TyperCommand

from cmr.stopping import Stopped, end_stopped

if TYPE_CHECKING:
    from rich.text import Text

AFTER_DASHES = "A file or number that begins with a dash may stand after --, as in: cmr explain -- --12"
Form = Literal["text", "json"]
Function = TypeVar("Function", bound=Callable[..., Any])
# No option is short: a word of this form is a file or a number.
DASHED = re.compile(r"-(\d|[^-].+)", re.DOTALL)


class Command(TyperCommand):
    """A command that can be stopped, and whose files and numbers may begin with a dash."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if any(parameter.param_type_name == "argument" for parameter in self.params):
            self.epilog = AFTER_DASHES

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Takes words with one dash as arguments, and says what to do of those with two."""
        ctx.ignore_unknown_options = any(map(DASHED.fullmatch, args))
        try:
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            if hasattr(error, "possibilities"):  # no such option
                error.message += f". {AFTER_DASHES}."
            raise

    def invoke(self, ctx: Any) -> Any:
        """Ends a command that is stopped."""
        try:
            return super().invoke(ctx)
        except Stopped as stopped:
            raise typer.Exit(end_stopped(stopped)) from None


class App(typer.Typer):
    """The application, all of whose commands are of the class Command."""

    def command(self, name: str | None = None, **named: Any) -> Callable[[Function], Function]:
        """Registers a command."""
        return super().command(name, cls=Command, **named)


def show_any_character() -> None:
    """Lets stdout and stderr show a character that they cannot encode by its number, and never fail for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def output_in_utf8() -> TextIO:
    """Stdout for what another program or a browser reads: in UTF-8 whatever the terminal's encoding, as all files."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    return sys.stdout


def in_json(found: Any) -> dict[str, Any]:
    """What a command found as its JSON has it: the fields of a dataclass, as the command's file in schemas/ says."""
    fields = {"format_version": 1} | dataclasses.asdict(found)
    return cast("dict[str, Any]", json.loads(json.dumps(fields, default=str)))


def show_json(found: Any) -> None:
    """Prints what a command found as JSON."""
    print(json.dumps(in_json(found), indent=1))


def printable(value: object, style: str = "") -> Text:
    """Text as it stands, no markup in it, without the characters that a terminal would obey."""
    from rich.text import Text

    if isinstance(value, Text):
        return value
    kept = "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in str(value))
    return Text(kept, style=style)
