"""What people read for the words of figures told apart: Vietnamese, English."""

from collections.abc import Mapping
from enum import StrEnum

from contracts.figure_words import BreakdownBy, RowsOf, WatchReason
from contracts.post_labels import labelled

BOARD_LABELS: Mapping[type[StrEnum], Mapping[StrEnum, tuple[str, str]]] = {
    BreakdownBy: labelled(
        BreakdownBy,
        ("Theo cơ quan", "By agency"),
        ("Theo lĩnh vực", "By field"),
        ("Theo cơ quan và lĩnh vực", "By agency and field"),
        ("Theo thủ tục", "By procedure"),
    ),
    RowsOf: labelled(
        RowsOf,
        ("Hồ sơ", "Dossiers"),
        ("Lĩnh vực", "Fields"),
        ("Đạt hay không", "Whether it holds"),
    ),
    WatchReason: labelled(
        WatchReason,
        ("Nhiều hồ sơ", "Many dossiers"),
        ("Có hồ sơ quá hạn", "Overdue dossiers"),
        ("Có hồ sơ liên thông", "Dossiers between agencies"),
    ),
}
