"""What the cmr command says when it cannot go on, and its exit statuses."""

DONE = 0
FAILED = 1
WRONG_CALL = 2
SOMETHING_TO_LOOK_AT = 3


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
