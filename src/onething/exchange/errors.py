"""What the exchange raises beside problems."""


class SignatureError(ValueError):
    """Why a message is not taken as signed; `code` is stable, the text never repeats what the message says."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
