"""What the columns of a file of ratings mean: fields of ours, or questions, by any of their names."""

from collections.abc import Iterable, Mapping

from contracts.problems import FieldError, Invalid
from contracts.rating import RatingImportMapping, RatingImportReason
from contracts.text import folded
from services.rating.importing.files import Cell, RatingFileUnusable, Row
from services.rating.questionnaires import Question, questionnaires

NAMES: Mapping[str, tuple[str, ...]] = {
    "dossier": ("mã hồ sơ", "số hồ sơ", "dossier code", "code"),
    "agency": ("mã cơ quan", "mã đơn vị", "cơ quan", "đơn vị"),
    "procedure": ("mã thủ tục", "mã TTHC", "thủ tục"),
    "occasion": ("dịp đánh giá", "dịp"),
    "day": ("ngày đánh giá", "ngày", "date"),
    "provenance": ("hình thức lấy ý kiến", "hình thức", "nguồn"),
    "questionnaire": ("phiếu đánh giá", "mẫu phiếu"),
    "comment": ("ý kiến", "góp ý", "ý kiến khác"),
    "language": ("ngôn ngữ",),
    "slip": ("số phiếu", "slip number"),
}
"""Our columns, and what they may be called besides."""

OWN = {folded(name): field for field, names in NAMES.items() for name in (field, *names)}


class MappingUnusable(Invalid):
    """The mapping names something that is not there."""

    title_vi = "Bảng ánh xạ chưa hợp lệ"


class Columns:
    """The columns of one file under a mapping.

    Raises `MappingUnusable`, and `RatingFileUnusable` where two columns mean the same.
    """

    def __init__(self, header: Iterable[str], mapping: RatingImportMapping) -> None:
        _expect_targets(mapping)
        theirs = {folded(name): target for name, target in mapping.columns.items()}
        self._defaults = {_target(name): told for name, told in mapping.defaults.items()}
        self._values = {
            _target(name): {folded(their): our for their, our in words.items()}
            for name, words in mapping.values.items()
        }
        self._named: dict[str, str] = {}
        """What a column means, to its name in the file."""
        self._used: set[str] = set()
        self._reckoned: set[str] = set()
        for name in header:
            means = _target(theirs.get(folded(name), name))
            if means in self._named:
                raise RatingFileUnusable(
                    f"Two columns mean {means}; leave one of them out.",
                    errors=[
                        FieldError(
                            pointer="",
                            code="duplicate-column",
                            detail=f"Two columns mean {means}.",
                        )
                    ],
                )
            self._named[means] = name

    def told(self, row: Row, field: str) -> Cell:
        """What a row says of a field of ours, in our words; empty where it says nothing."""
        name = self._named.get(field)
        if name is not None:
            self._used.add(name)
        cell = row.cells.get(name, "") if name is not None else ""
        return self._in_our_words(cell, field) or self._defaults.get(field, "")

    def answer(self, row: Row, question: Question) -> str:
        """What a row answers to a question, in the words of the file or ours; empty where nothing."""
        for name in _names_of(question):
            if name in self._named:
                self._used.add(self._named[name])
                cell = row.cells.get(self._named[name], "")
                if cell:
                    return str(self._in_our_words(cell, folded(question.id)))
        return self._defaults.get(folded(question.id), "")

    def leave_out(self, question: Question) -> None:
        """Know that a question is reckoned, so that a column of it is told as not used for that reason."""
        found = (self._named[name] for name in _names_of(question) if name in self._named)
        self._reckoned.update(found)

    def shown(self, field: str) -> str:
        """The name in the file of a field of ours, or ours where the file has none."""
        return self._named.get(field, field)

    def shown_of(self, question: Question) -> str:
        """The name in the file of a question's column, or its id where the file has none."""
        found = (self._named[name] for name in _names_of(question) if name in self._named)
        return next(found, question.id)

    def warnings(self) -> list[RatingImportReason]:
        """Columns that were not used, once every row was read."""
        found = []
        for name in self._named.values():
            if name in self._reckoned:
                told = "It is reckoned from the dossier or the unit; the column was not read."
                found.append(RatingImportReason(code="reckoned", field=name[:100], detail=told))
            elif name not in self._used:
                told = "It means nothing here, or nothing for the questionnaires of the rows."
                found.append(
                    RatingImportReason(code="unused-column", field=name[:100], detail=told)
                )
        return found

    def _in_our_words(self, cell: Cell, field: str) -> Cell:
        words = self._values.get(field)
        return words.get(folded(str(cell)), cell) if words and cell else cell


def _target(name: str) -> str:
    plain = folded(name)
    return OWN.get(plain, plain)


def _names_of(question: Question) -> tuple[str, ...]:
    return tuple(map(folded, (question.id, question.label.vi, question.label.en)))


def _expect_targets(mapping: RatingImportMapping) -> None:
    known = set(OWN.values()) | {
        name
        for form in questionnaires().values()
        for question in form.criteria
        for name in _names_of(question)
    }
    told = "Name one of our columns or the id of a question."
    places = [
        *(("columns", their, our) for their, our in mapping.columns.items()),
        *(("values", our, our) for our in mapping.values),
        *(("defaults", our, our) for our in mapping.defaults),
    ]
    errors = [
        FieldError(
            pointer=f"/{part}/{key.replace('~', '~0').replace('/', '~1')[:100]}",
            code="unknown-column",
            detail=told,
        )
        for part, key, target in places
        if _target(target) not in known
    ]
    if errors:
        raise MappingUnusable(told, errors=errors)
