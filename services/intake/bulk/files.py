"""Which kind of file somebody hands over, and how it is refused as a whole."""

from pathlib import Path

from contracts.problems import UnsupportedMedia
from contracts.vocabulary import ImportFormat

CONTENT_TYPES = {
    "application/x-ndjson": ImportFormat.NDJSON,
    "text/csv": ImportFormat.CSV,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ImportFormat.XLSX,
}
"""What a file is sent as."""

SUFFIXES = {
    ".ndjson": ImportFormat.NDJSON,
    ".jsonl": ImportFormat.NDJSON,
    ".csv": ImportFormat.CSV,
    ".xlsx": ImportFormat.XLSX,
}

HEAD_BYTES = 512
"""How much of a file is looked at to see whether it is what it is called."""

_ZIP = b"PK\x03\x04"
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls): save it as .xlsx",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed: send it as it is",
    b"\xff\xfe": "UTF-16: save it as CSV UTF-8",
    b"\xfe\xff": "UTF-16: save it as CSV UTF-8",
    b"{\\rtf": "a text document",
}


class FileUnusable(Exception):
    """A whole file cannot be imported: a code, the column where it is about one, and what to change."""

    def __init__(self, code: str, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.code, self.detail, self.field = code, detail, field


class FileOfAnotherType(UnsupportedMedia):
    """Dossiers are imported from NDJSON, CSV or XLSX, and the content must be what the type says."""

    title_vi = "Chỉ nhập được tệp NDJSON, CSV hoặc XLSX đúng với kiểu đã khai"


def format_of_type(content_type: str) -> ImportFormat:
    """The format a Content-Type names. Raises `FileOfAnotherType`."""
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if kind not in CONTENT_TYPES:
        raise FileOfAnotherType(f"Send it as {', '.join(CONTENT_TYPES)}.")
    return CONTENT_TYPES[kind]


def format_of_name(path: Path) -> ImportFormat:
    """The format a file's name ends with. Raises `FileOfAnotherType`."""
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise FileOfAnotherType(f"Name it {', '.join(SUFFIXES)}.")
    return kind


def expect_kind(head: bytes, kind: ImportFormat) -> None:
    """Nothing, if a file begins as its format does. Raises `FileOfAnotherType`."""
    if (kind is ImportFormat.XLSX) is not head.startswith(_ZIP):
        raise FileOfAnotherType(f"The content is not {kind.value}.")
    if kind is ImportFormat.XLSX:
        return
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            raise FileOfAnotherType(f"The content is {what}.")
    if b"\x00" in head:
        raise FileOfAnotherType("The content is no text.")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if kind is ImportFormat.NDJSON and text and not text.startswith(b"{"):
        raise FileOfAnotherType("Each line of NDJSON is an object: it begins with {.")
