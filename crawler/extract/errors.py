"""Why a page is not an article."""


class Refused(Exception):
    """No article: `reason` is a short stable slug (blocked, too-deep …), `message` a sentence for
    the log.

    Both travel through a process pool.
    """

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message or reason

    def __str__(self) -> str:
        return f"{self.reason}: {self.message}" if self.message != self.reason else self.reason
