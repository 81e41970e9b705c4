"""Who files and what they think: nobody real, and nobody who could be."""

from __future__ import annotations

from random import Random

SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLE = ("Văn", "Thị")
LETTERS = "ABCDEGHIKLMNOPQRSTUVXY"
BUSINESS_FIELDS = frozenset(
    {"dang-ky-doanh-nghiep", "dau-tu", "hop-tac-xa", "cong-thuong", "van-hoa", "an-toan-thuc-pham"}
)
"""Fields in which firms file."""

OPTIONS = ("5", "4", "3", "2", "1")
"""Very satisfied to very dissatisfied (rất hài lòng ... rất không hài lòng)."""

PUNCTUAL, LATE = (52, 38, 6, 3, 1), (12, 28, 26, 22, 12)
"""How often each option is chosen after a result in time, and after a late one."""

COMMENTS = {
    "5": ("Cán bộ hướng dẫn tận tình.", "Giải quyết nhanh, đúng hẹn.", "Rất thuận tiện."),
    "4": ("Hướng dẫn rõ ràng.", "Thủ tục gọn."),
    "3": ("Phải chờ hơi lâu.", "Nên bớt giấy tờ bản sao."),
    "2": ("Trễ hẹn, phải đi lại hai lần.", "Chưa được thông báo khi trễ hẹn."),
    "1": ("Hồ sơ trễ hẹn mà không có thông báo.",),
}


def applicant(field: str, random: Random) -> dict[str, str]:
    """An applicant (chủ hồ sơ) as a filing names one; plainly made up."""
    letter = random.choice(LETTERS)
    if field in BUSINESS_FIELDS:
        return {"kind": "business", "name": f"Doanh nghiệp {letter}{random.choice(LETTERS)}"}
    name = f"{random.choice(SURNAMES)} {random.choice(MIDDLE)} {letter}"
    return {"kind": "citizen", "name": name}


def opinion(random: Random, *, punctual: bool) -> str:
    """Which option a citizen chooses."""
    return random.choices(OPTIONS, PUNCTUAL if punctual else LATE)[0]


def comment(option: str, random: Random) -> str | None:
    """What a citizen adds in words; most add nothing, the dissatisfied more often than others."""
    talks = 0.25 if option in {"1", "2"} else 0.04
    return random.choice(COMMENTS[option]) if random.random() < talks else None
