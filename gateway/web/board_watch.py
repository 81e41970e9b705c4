"""The watch list: fields that a dialogue with citizens is to be held about, and why each is on it."""

from starlette.responses import HTMLResponse

from contracts.exploring import WatchListView
from gateway.web.board_frame import Frame
from gateway.web.board_unit import field_line, field_lines
from gateway.web.layout import show


def watch_list_page(found: WatchListView, frame: Frame) -> HTMLResponse:
    """Show ``/board/{plan}/watch-list``."""
    criteria = found.criteria
    t = frame.t
    return show(
        "board_watch.html",
        frame.language,
        **frame.page(f"/board/{frame.plan.id}/watch-list", found),
        watched=field_lines(found, frame, watched=True),
        others=[field_line(one, frame) for one in found.others],
        number=t["watch_number"].format(
            watched=len(found.items), fields=len(found.items) + len(found.others)
        ),
        criteria=[
            t["watch_volume"].format(percent=criteria.volume_percent),
            t["watch_overdue"].format(least=criteria.overdue),
            t["watch_between"].format(least=criteria.between_agencies),
        ],
    )
