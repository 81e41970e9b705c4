"""The ways a request can be refused. The chassis turns each into problem+json (RFC 9457).

A service subclasses one of the kinds below and names it as the state of the world: the public code is
the kebab-case of the class name (`DossierCodeTaken` is ``dossier-code-taken``). The class docstring is
the English title; `title_vi` the Vietnamese one.
"""

from __future__ import annotations

import re
from typing import ClassVar

from contracts.wire import View

_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Also round words of one letter: `NotAForm` is three words."""


class FieldError(View):
    """One thing wrong with one field of a request."""

    pointer: str
    """JSON Pointer to the field, e.g. ``/applicant/name``; empty for the whole body."""
    code: str
    """What kind of mistake it is, e.g. ``missing``."""
    detail: str
    """What to change, in a sentence. Never repeats what was sent."""


class ProblemView(View):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    """Stable, kebab-case, for programs."""
    request_id: str | None = None
    errors: list[FieldError] = []


class Problem(Exception):
    """A refusal the caller can act on; its class name is its stable code."""

    status: ClassVar[int] = 500
    title_vi: ClassVar[str] = "Yêu cầu không thực hiện được"

    def __init__(
        self,
        detail: str,
        *,
        errors: list[FieldError] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or []
        self.retry_after = retry_after

    @classmethod
    def code(cls) -> str:
        """The stable public code of this refusal."""
        return _BETWEEN_WORDS.sub("-", cls.__name__).lower()

    @classmethod
    def title(cls) -> str:
        """The English title: the first sentence of the class docstring."""
        return (cls.__doc__ or "").strip().split("\n")[0].rstrip(".")


class BadRequest(Problem):
    """The request cannot be read."""

    status = 400
    title_vi = "Không đọc được yêu cầu"


class Unauthorised(Problem):
    """Who is asking is not established."""

    status = 401
    title_vi = "Chưa xác thực được bên gọi"


class Forbidden(Problem):
    """The caller is known but may not do this."""

    status = 403
    title_vi = "Không có quyền thực hiện"


class NotFound(Problem):
    """What was asked for is not here."""

    status = 404
    title_vi = "Không tìm thấy"


class Conflict(Problem):
    """The request is well formed, but what it asks cannot happen in the present state."""

    status = 409
    title_vi = "Mâu thuẫn với trạng thái hiện tại"


class Gone(Problem):
    """It was here, and is over."""

    status = 410
    title_vi = "Đã hết hiệu lực"


class PreconditionFailed(Problem):
    """It has changed since you read it."""

    status = 412
    title_vi = "Dữ liệu đã thay đổi từ lần đọc trước"


class TooLarge(Problem):
    """More was sent than is taken."""

    status = 413
    title_vi = "Nội dung quá lớn"


class UnsupportedMedia(Problem):
    """The body is of a type that is not taken here."""

    status = 415
    title_vi = "Kiểu nội dung không được hỗ trợ"


class Invalid(Problem):
    """The request can be read, but something in it must be changed."""

    status = 422
    title_vi = "Nội dung yêu cầu chưa hợp lệ"


class TooMany(Problem):
    """More requests than are taken at once."""

    status = 429
    title_vi = "Quá nhiều yêu cầu"


class Unavailable(Problem):
    """Not now; nothing was stored, and the same request may be sent again."""

    status = 503
    title_vi = "Tạm thời chưa phục vụ được"
