"""What the cmr command says when it cannot go on, and its exit statuses."""

import re

DONE = 0
FAILED = 1
WRONG_CALL = 2
SOMETHING_TO_LOOK_AT = 3

# What DuckDB or the system says, and what it means. Their own texts may quote a person's data: never shown.
CAUSES = (
    (r"No space left on device|max_temp_directory_size|Disk quota exceeded", "the disk is full"),
    (r"File too large", "a file grew beyond what the system allows"),
    (
        r"Out of Memory|Cannot allocate memory|bad_alloc",
        "out of memory; CMR_MEMORY_LIMIT sets what DuckDB may use",
    ),
    (r"Could not set lock|Conflicting lock", "another program has the warehouse open"),
    (r"[Rr]ead-only|Permission denied|Operation not permitted", "no permission to write"),
)


class CmrError(Exception):
    """The run failed, told in one plain message, which never holds a person's data.

    `status` is the exit status of the command.
    """

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class WrongCall(CmrError):
    """The call, or a file that it names, is wrong: nothing was started."""

    def __init__(self, message: str) -> None:
        super().__init__(message, WRONG_CALL)


def plain(what: str, text: str) -> str:
    """One line on a failure without the engine's own words: a deliberate message, or what they mean."""
    deliberate = re.search(r"CMR: ([^\n]+)", text)
    if deliberate:
        return deliberate[1].strip()
    meaning = meaning_of(text)
    return f"{what}: {meaning}" if meaning else f"{what}; --debug keeps a log of it"


def meaning_of(text: str) -> str | None:
    """What the engine's or the system's words mean, where it is something that the caller can mend."""
    return next((meaning for pattern, meaning in CAUSES if re.search(pattern, text)), None)
