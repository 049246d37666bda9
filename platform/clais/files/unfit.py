class Unfit(Exception):  # noqa: N818 - a term of the domain, not a fault.
    """A content is not kept as a document. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
