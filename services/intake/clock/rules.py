"""The clock rules of the decrees (quy tắc tính thời hạn): one rule set a decree, chosen by acceptance.

Each rule has a number, C1 to C14, so that a line of an explanation, a violation and a test can name it.
A new decree is one more `RuleSet`. What a rule set leaves at None its decree does not fix.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum


class Rule(StrEnum):
    """A rule of the clock, by its number."""

    START = "C1"
    ACCEPTANCE = "C2"
    FORWARDING = "C3"
    SUPPLEMENT = "C4"
    NO_ANSWER = "C5"
    REFUSAL = "C6"
    APOLOGY = "C7"
    STAGES = "C8"
    HANDOVER = "C9"
    WITHDRAWAL = "C10"
    EARLY_RETURN = "C11"
    FEES = "C12"
    CORRECTION = "C13"
    CHANNELS = "C14"


RULES: Mapping[Rule, tuple[str, str]] = {
    Rule.START: (
        "Thời hạn tính từ khi hồ sơ được tiếp nhận đầy đủ, hợp lệ",
        "The limit runs from the acceptance of a full and valid dossier",
    ),
    Rule.ACCEPTANCE: (
        "Hồ sơ trực tuyến được tiếp nhận hoặc trả lời trong số giờ làm việc quy định",
        "An online dossier is accepted or answered within so many working hours",
    ),
    Rule.FORWARDING: (
        "Chuyển hồ sơ cho nơi giải quyết trong ngày, hoặc giờ đầu ngày làm việc sau",
        "Forwarded the same day, or in the first hour of the next working day",
    ),
    Rule.SUPPLEMENT: (
        "Yêu cầu bổ sung một lần, trong hạn; thời hạn tính lại từ đầu khi hồ sơ đủ",
        "Papers are asked for once and in time; the limit starts anew when they are complete",
    ),
    Rule.NO_ANSWER: (
        "Đóng hồ sơ khi quá hạn mà không có trả lời bổ sung",
        "Closed when no answer to the request came in time",
    ),
    Rule.REFUSAL: (
        "Không đủ điều kiện: trả lời bằng văn bản, trong thời hạn giải quyết",
        "Not eligible: answered in writing, within the limit",
    ),
    Rule.APOLOGY: (
        "Sắp quá hạn: xin lỗi và hẹn lại trước hạn, không quá một lần",
        "About to be late: apology and new day before the due day, once at most",
    ),
    Rule.STAGES: (
        "Hồ sơ liên thông: mỗi cơ quan có thời hạn riêng",
        "Inter-agency dossiers: each agency has a limit of its own",
    ),
    Rule.HANDOVER: (
        "Tiếp nhận phi địa giới: chuyển cho cơ quan có thẩm quyền trong hạn",
        "Received elsewhere: handed to the competent agency in time",
    ),
    Rule.WITHDRAWAL: (
        "Người nộp được dừng hồ sơ khi chưa có quyết định",
        "The applicant may stop before the decision",
    ),
    Rule.EARLY_RETURN: (
        "Trả kết quả trước hạn phải báo trước cho người nộp",
        "An early result is announced to the applicant first",
    ),
    Rule.FEES: (
        "Phí, lệ phí nộp trực tuyến chuyển vào ngân sách trong số giờ làm việc quy định",
        "Fees paid online reach the budget within so many working hours",
    ),
    Rule.CORRECTION: (
        "Kết quả có sai sót được sửa trong số ngày làm việc quy định",
        "An error in a result is corrected within so many working days",
    ),
    Rule.CHANNELS: (
        "Nộp trực tiếp, qua bưu chính công ích hoặc trực tuyến",
        "Handed in at the counter, by public post or online",
    ),
}
"""What each rule says, in Vietnamese and English; its figures stand in the rule sets."""


@dataclass(frozen=True)
class RuleSet:
    """The decree a dossier's clock follows from acceptance to return, whatever is decreed later."""

    name: str
    since: date
    """First day of acceptance it applies to."""
    decree: str
    grounds: Mapping[Rule, str] = field(default_factory=dict)
    """Where the decree says so; a rule without a ground was not found in its text."""
    acceptance_hours: int = 8
    """C2: working hours from submission online to acceptance or a request."""
    forwarding_cutoff: time = time(15, 0)
    """C3: what is received later may wait for the first hour of the next working day."""
    supplement_days: int = 3
    """C4: working days from receipt within which missing papers are asked for."""
    supplements: int | None = None
    """C4: how often papers may be asked for; None: not fixed."""
    supplement_restarts: bool = True
    """C4: whether the limit starts from zero when the papers are complete."""
    payment_pauses: bool = True
    """Whether the limit stands still while the applicant owes a fee or tax: a reading, no article."""
    answer_days: int | None = None
    """C5: days without an answer after which a dossier is closed; None: the law of each sector."""
    apology_days: int = 1
    """C7: working days before the due day by which an apology must be out."""
    reappointments: int | None = None
    """C7: how often a result may be re-appointed; None: not fixed."""
    handover_days: int | None = None
    """C9: working days to hand a dossier over to the competent agency."""
    fee_hours: int | None = None
    """C12: working hours for fees to reach the budget; nothing reported shows them."""
    correction_days: int | None = None
    """C13: working days to correct an issued result."""
    sole_portal_since: date | None = None
    """C14: from this day online means the National Public Service Portal alone."""


_COMMON = {Rule.START: "Điều 17", Rule.SUPPLEMENT: "Điều 19", Rule.APOLOGY: "Điều 19"}
_RULE_2025 = {
    Rule.START: "Điều 17.3",
    Rule.ACCEPTANCE: "Điều 17.2",
    Rule.FORWARDING: "Điều 18.2",
    Rule.SUPPLEMENT: "Điều 16.3, 19.5",
    Rule.NO_ANSWER: "Điều 19.5",
    Rule.REFUSAL: "Điều 19.3",
    Rule.APOLOGY: "Điều 19.6",
    Rule.STAGES: "Điều 20.2",
    Rule.HANDOVER: "Điều 20.1",
    Rule.WITHDRAWAL: "Điều 21",
    Rule.EARLY_RETURN: "Điều 22.5",
    Rule.FEES: "Điều 24.3",
    Rule.CORRECTION: "Điều 23.1",
    Rule.CHANNELS: "Điều 15, 40.2",
}

RULE_SETS = (
    RuleSet("R2018", date(2018, 6, 21), "Nghị định 61/2018/NĐ-CP", _COMMON),
    RuleSet(
        "R2021",
        date(2021, 12, 6),
        "Nghị định 61/2018/NĐ-CP, sửa đổi bởi 107/2021/NĐ-CP",
        _COMMON,
        reappointments=1,
    ),
    RuleSet(
        "R2025",
        date(2025, 7, 1),
        "Nghị định 118/2025/NĐ-CP",
        _RULE_2025,
        supplements=1,
        reappointments=1,
        answer_days=15,
        handover_days=1,
        fee_hours=8,
        correction_days=3,
        sole_portal_since=date(2026, 3, 1),
    ),
)
"""Oldest first. Dossiers older than the first are counted by the first, so that its first day, which
is unverified, moves no due date.

The texts of 2018 and 2021 were not at hand: that they restart the limit and give 8 hours to accept, and
that from 2021 on a result is re-appointed once, is taken from descriptions of them. An
amendment of the decree of 2025 (367/2025/NĐ-CP) was not at hand either.
"""


def rule_set_on(day: date, rule_sets: Iterable[RuleSet] = RULE_SETS) -> RuleSet:
    """The rule set for dossiers accepted on a day of Vietnam; the oldest one for earlier days.

    >>> rule_set_on(date(2025, 6, 30)).name, rule_set_on(date(2025, 7, 1)).name
    ('R2021', 'R2025')
    """
    oldest_first = sorted(rule_sets, key=lambda rules: rules.since)
    in_force = [rules for rules in oldest_first if rules.since <= day]
    return in_force[-1] if in_force else oldest_first[0]


def rule_set_named(name: str, rule_sets: Iterable[RuleSet] = RULE_SETS) -> RuleSet:
    """The rule set of a name. Raises `KeyError`."""
    return {rules.name: rules for rules in rule_sets}[name]
