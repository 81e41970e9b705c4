"""The page of a procedure: what the catalogue says of it, and how it stands in the targets of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import HTMLResponse

from contracts.exploring import ProcedureStanding, ProcedureTarget
from contracts.vocabulary import FigureState, RowsOf
from gateway.web.board_frame import Frame, Spoken, share_text
from gateway.web.layout import show


@dataclass(frozen=True, kw_only=True)
class TargetLine:
    """A target as the procedure stands in it."""

    target: ProcedureTarget
    title: str
    link: str
    share: str | None
    base: str | None


def procedure_page(found: ProcedureStanding, frame: Frame) -> HTMLResponse:
    """Show ``/board/{plan}/procedures/{code}``."""
    t = frame.t
    given = frame.page(f"/board/{found.plan}/procedures/{found.code}", found)
    return show(
        "board_procedure.html",
        frame.language,
        **given,
        procedure=found,
        facts=[
            (t["proc_field"], frame.field(found.field, found.field_name, found.field_name_en)),
            (t["proc_level"], Spoken(str(found.online_level), frame.language)),
            (t["proc_post"], Spoken(_yes(found.by_post, frame), frame.language)),
            (t["proc_portal"], Spoken(_yes(found.on_national_portal, frame), frame.language)),
        ],
        numbers=[
            (t["proc_received"], frame.count(found.received)),
            (t["proc_online"], frame.count(found.received_online)),
            (t["proc_in_post"], frame.count(found.received_by_post)),
            (t["proc_settled"], frame.count(found.settled)),
            (t["proc_out_post"], frame.count(found.returned_by_post)),
        ],
        lines=_lines(found, frame),
    )


def _lines(found: ProcedureStanding, frame: Frame) -> Sequence[TargetLine]:
    lines = []
    for one in found.targets:
        counts = one.rows_of is RowsOf.DOSSIERS and one.state is FigureState.OK
        base = None
        if counts and one.among and one.count is not None:
            base = f"{frame.count(one.count)}/{frame.count(one.among)}"
        lines.append(
            TargetLine(
                target=one,
                title=frame.title(one.title, one.title_en),
                link=frame.to(one.id),
                share=share_text(one, one.test, frame.language) if counts else None,
                base=base,
            )
        )
    return lines


def _yes(told: bool, frame: Frame) -> str:
    return frame.t["yes" if told else "no"]
