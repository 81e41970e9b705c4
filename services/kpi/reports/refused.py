"""Why a report is not taken, or not decided."""

from contracts.problems import Conflict, Forbidden, Invalid, NotFound


class UnknownSeries(NotFound):
    """There is no such series."""

    title_vi = "Không có chuỗi số liệu này"


class UnknownReport(NotFound):
    """No such report is within your reach."""

    title_vi = "Không tìm thấy báo cáo này"


class AboutUnknown(Invalid):
    """What the report is about is no agency below the one that reports."""

    title_vi = "Đối tượng của báo cáo không thuộc cơ quan báo cáo"


class NotItsSeries(Invalid):
    """Agencies of this kind do not report this series."""

    title_vi = "Cơ quan không thuộc loại phải báo cáo chuỗi số liệu này"


class ReportPeriodOverlaps(Conflict):
    """Days of this period were reported already, in a period that is not the same."""

    title_vi = "Kỳ báo cáo chồng lấn kỳ đã báo cáo"


class SamePerson(Forbidden):
    """A report is decided by another client than the one that reported it."""

    title_vi = "Người duyệt phải khác người báo cáo"


class NotFromAbove(Forbidden):
    """What verifies an agency is told and approved by an agency above it."""

    title_vi = "Điểm thẩm định phải do cơ quan cấp trên báo cáo và duyệt"


class NotTheReporter(Forbidden):
    """Only the client that reported may withdraw a report."""

    title_vi = "Chỉ bên báo cáo mới được rút báo cáo"


class ReportSettled(Conflict):
    """The report was decided or withdrawn, and stays as it is."""

    title_vi = "Báo cáo đã được xử lý, không thay đổi được"


class LaterReportStands(Conflict):
    """A later report of the same is approved."""

    title_vi = "Đã có báo cáo mới hơn được duyệt"


class CursorUnknown(Invalid):
    """This is not where any part of the list begins."""

    title_vi = "Vị trí tiếp theo của danh sách không hợp lệ"
