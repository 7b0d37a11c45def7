"""Options that several commands have, as they stand in a call."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import date

from cmr.errors import WrongCall

# Dates of an extract before it are read as unknown.
EARLIEST = date(1900, 1, 1)


def read_date(text: str) -> date:
    """A date as people write it in a command: YYYY-MM-DD."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongCall(f"--as-of {text!r}: not a date; write it as 2020-07-01") from None
    if day < EARLIEST:
        raise WrongCall(f"--as-of {text!r}: no record is so old; {EARLIEST} is the earliest")
    return day


@dataclass(frozen=True)
class AsOf:
    """The day that ages and years are counted to, and whether the call gave it."""

    day: date
    is_given: bool

    @classmethod
    def read(cls, text: str | None) -> AsOf:
        """The day that --as-of gives, today without it; raises WrongCall if it is no date."""
        return cls(read_date(text) if text else date.today(), text is not None)

    def say_if_today(self, meaning: str = "ages and years are counted to today, {}") -> None:
        """Tells on stderr what a call without --as-of means."""
        if not self.is_given:
            print(f"--as-of not given: {meaning.format(self.day)}", file=sys.stderr)
