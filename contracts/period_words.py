"""Words of periods, and of how long things take."""

from enum import StrEnum


class DurationBy(StrEnum):
    """What lengths of time are told apart by (theo)."""

    NONE = "none"
    AGENCY = "agency"
    FIELD = "field"
    MONTH = "month"
    REPORT_MONTH = "report_month"


class DurationKind(StrEnum):
    """Which time of a settled dossier is told (thời gian giải quyết), in whole days."""

    ELAPSED = "elapsed"
    """Days from the receipt to the result, whoever had the dossier."""
    AGENCY = "agency"
    """Working days of the agency alone, without those of the applicant and of the post."""


class PeriodKind(StrEnum):
    """How a period is cut (loại kỳ báo cáo): by the calendar, or by the reporting rule (15th to 14th)."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    REPORT_YEAR = "report_year"
    """From the 15th of December of the year before to the 14th of December."""
    REPORT_HALF = "report_half"
    REPORT_QUARTER = "report_quarter"
    REPORT_MONTH = "report_month"
    """From the 15th of the month before to the 14th."""


class EditionKind(StrEnum):
    """What kind of period is closed (kỳ số liệu được chốt)."""

    PLAN = "plan"
    """The days of a plan, and its targets."""
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    REPORT_YEAR = "report_year"
    """From 15 December of the year before to 14 December (kỳ báo cáo năm)."""
    REPORT_HALF = "report_half"
    REPORT_QUARTER = "report_quarter"
    REPORT_MONTH = "report_month"
    """From the 15th of the month before to the 14th (kỳ báo cáo tháng)."""
    DAYS = "days"
    """From a day to a day, named by both."""
