"""How no token is given."""


class TokenRefused(Exception):
    """No token is given (RFC 6749 section 5.2): `error` is for programs."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


def wrong_client(description: str) -> TokenRefused:
    """Who asks is not established."""
    return TokenRefused("invalid_client", description, 401)
