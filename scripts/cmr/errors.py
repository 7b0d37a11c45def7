"""What the cmr command says when it cannot go on, and its exit statuses."""

DONE = 0
FAILED = 1
WRONG_CALL = 2
LINES_SET_ASIDE = 3


class CmrError(Exception):
    """A problem told in one plain message, which never holds a person's data.

    `status` is the exit status of the command: FAILED if the run failed, WRONG_CALL if the call or its files
    are wrong and nothing was started.
    """

    def __init__(self, message: str, status: int = WRONG_CALL) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
