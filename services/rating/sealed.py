"""What citizens write, sealed for the row it stands in: comments, how to reach somebody, replies to them."""

from chassis.running import Running
from chassis.sealing import SealBroken, Seals, place_of
from chassis.secrets import secret_keys
from contracts.problems import Unavailable

KEY_FILE = "rating-comments.key"
"""One key a line, the one in use first; older ones still open what they sealed."""


class CommentKeyMissing(Unavailable):
    """What a citizen wrote cannot be opened: a key is missing, or it was changed where it is stored."""

    title_vi = "Tạm thời chưa mở được nội dung người dân viết"


class SealedWords:
    """Seals words for a column of a row, and opens them again."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._seals = Seals(keys)

    def sealed(self, words: str, table: str, column: str, row: str) -> str:
        """Words sealed for their place."""
        return self._seals.sealed(words.encode(), place_of(table, column, row, ""))

    def opened(self, sealed: str, table: str, column: str, row: str) -> str:
        """The words again. Raises `CommentKeyMissing`."""
        try:
            return self._seals.opened(sealed, place_of(table, column, row, "")).decode()
        except SealBroken as broken:
            raise CommentKeyMissing(
                f"Ask the operator to put the line back into {KEY_FILE}, or to look for who changed it."
            ) from broken


async def open_sealed_words(running: Running) -> SealedWords:
    """What seals words, under the keys of this installation."""
    return SealedWords(secret_keys(running.settings.secrets, KEY_FILE))
