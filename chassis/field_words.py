"""What is wrong with a field, in Vietnamese and in English, by the kind of mistake that Pydantic names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.wire import CODE_PATTERN

WORDS: dict[str, tuple[str, str]] = {
    "missing": ("Bắt buộc phải có trường này.", "This field is required."),
    "extra_forbidden": (
        "Không có trường này: hãy bỏ đi, hoặc xem lại tên.",
        "There is no such field: leave it out, or look at its name again.",
    ),
    "enum": ("Phải là một trong: {expected}.", "Give one of {expected}."),
    "literal_error": ("Phải là một trong: {expected}.", "Give one of {expected}."),
    "string_type": ("Phải là một chuỗi ký tự.", "Give a text."),
    "string_too_short": (
        "Cần ít nhất {min_length} ký tự.",
        "Give {min_length} or more characters.",
    ),
    "string_too_long": ("Không quá {max_length} ký tự.", "Give at most {max_length} characters."),
    "string_pattern_mismatch": (
        "Không đúng dạng {pattern}.",
        "It is not of the form {pattern}.",
    ),
    "int_type": (
        "Phải là một số nguyên, không để trong ngoặc kép.",
        "Give a whole number, not in quotes.",
    ),
    "int_parsing": ("Phải là một số nguyên.", "Give a whole number."),
    "int_from_float": ("Phải là một số nguyên.", "Give a whole number."),
    "bool_type": ("Phải là true hoặc false.", "Give true or false."),
    "bool_parsing": ("Phải là true hoặc false.", "Give true or false."),
    "list_type": ("Phải là một danh sách [...].", "Give a list [...]."),
    "dict_type": ("Phải là một đối tượng {{...}}.", "Give an object {{...}}."),
    "model_type": ("Phải là một đối tượng {{...}}.", "Give an object {{...}}."),
    "model_attributes_type": ("Phải là một đối tượng {{...}}.", "Give an object {{...}}."),
    "too_short": ("Cần ít nhất {min_length} mục.", "Give {min_length} or more items."),
    "too_long": ("Không quá {max_length} mục.", "Give at most {max_length} items."),
    "greater_than": ("Phải lớn hơn {gt}.", "Give more than {gt}."),
    "greater_than_equal": ("Phải từ {ge} trở lên.", "Give {ge} or more."),
    "less_than": ("Phải nhỏ hơn {lt}.", "Give less than {lt}."),
    "less_than_equal": ("Không quá {le}.", "Give {le} or less."),
    "instant_unreadable": (
        "Viết thời điểm kèm múi giờ, ví dụ 2020-03-16T09:00:00+07:00 (trên địa chỉ, dấu + là %2B).",
        "Write the instant with its offset, e.g. 2020-03-16T09:00:00+07:00 (in an address + is %2B).",
    ),
    "offset_missing": (
        "Thêm múi giờ, ví dụ 2020-03-16T09:00:00+07:00.",
        "Add the offset, e.g. 2020-03-16T09:00:00+07:00.",
    ),
    "day_unreadable": (
        "Viết ngày theo dạng YYYY-MM-DD, ví dụ 2020-03-16.",
        "Write the day as YYYY-MM-DD, e.g. 2020-03-16.",
    ),
    "out_of_range": (
        "Năm phải từ {first} đến {last}.",
        "Give {what} of the years {first} to {last}.",
    ),
}
"""Vietnamese and English, with the values of the rule; never of what was sent."""

OF_A_CODE = (
    "Mã chỉ gồm chữ cái không dấu, chữ số và . _ / -, mở đầu bằng chữ cái hoặc số: 000.00.19.H29.",
    "A code has letters A to Z, digits and . _ / - alone, a letter or digit first: 000.00.19.H29.",
)


def words_of(mistake: Mapping[str, Any], *, english: bool) -> str:
    """What to change in a field; for kinds of mistakes that are rare, what Pydantic says.

    >>> words_of({"type": "missing", "msg": "Field required"}, english=False)
    'Bắt buộc phải có trường này.'
    >>> words_of({"type": "too_long", "msg": "", "ctx": {"max_length": 20}}, english=True)
    'Give at most 20 items.'
    """
    kind, told = str(mistake["type"]), mistake.get("ctx", {})
    words = WORDS.get(kind)
    if kind == "string_pattern_mismatch" and told.get("pattern") == CODE_PATTERN:
        words = OF_A_CODE
    if words is None:
        return str(mistake["msg"]).removeprefix("Value error, ")
    text = words[english]
    if "expected" in told:
        # Pydantic joins the words in English.
        last = " or " if english else " hoặc "
        told = {**told, "expected": str(told["expected"]).replace(" or ", last)}
    return text.format_map(told)


def summary_of(count: int, first: str, *, english: bool) -> str:
    """How many fields to change, and where the first is."""
    if english:
        return f"{count} to change, first at {first or 'the body'}."
    return f"{count} chỗ cần sửa, trước hết ở {first or 'toàn bộ nội dung'}."
