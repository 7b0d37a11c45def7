"""The one exception that the `cmr` command turns into a message and an exit status."""


class CmrError(Exception):
    """Something the caller has to know: one plain line, never with a person's data.

    status: the exit status, as in the README (1 the run failed, 2 the call was wrong).
    """

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
