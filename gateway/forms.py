"""Reading forms that browsers and OAuth clients post: small, urlencoded, each field once or more."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import Request

from contracts.problems import BadRequest, TooLarge, UnsupportedMedia

MAX_FORM = 32 * 1024
MAX_FIELDS = 50
LARGEST_FORM = 1280 * 1024
"""Bytes of a form that are read: a comment far too long comes back whole, to be shortened."""


class FormTooLarge(TooLarge):
    """The form is larger than is taken here."""


class FormUnreadable(BadRequest):
    """The form cannot be read."""


class NotAForm(UnsupportedMedia):
    """Forms are application/x-www-form-urlencoded."""


async def posted_form(request: Request, most: int = MAX_FORM) -> dict[str, str]:
    """The fields of a posted form of at most so many bytes.

    Raises a problem for what is no form, too large, or told twice.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise NotAForm("Send Content-Type: application/x-www-form-urlencoded.")
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > most:
            raise FormTooLarge(f"Send at most {most} bytes.")
    try:
        pairs = parse_qsl(
            taken.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=MAX_FIELDS,
            errors="strict",
        )
    except ValueError as bad:
        raise FormUnreadable("Send a form in UTF-8 with at most 50 fields.") from bad
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise FormUnreadable("Send each field once.")
    return fields
