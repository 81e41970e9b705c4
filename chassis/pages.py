"""Pages that people read: escaped templates, and headers that let a browser do nothing else."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Our own stylesheet and pictures, forms to ourselves; no script, no frame, no foreign server."""

PAGE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""What every page says, public or not."""


class Pages:
    """The pages of one package, from the templates in its folder ``templates``."""

    def __init__(self, package: str, **shared: object) -> None:
        self.environment = Environment(
            loader=PackageLoader(package),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self.environment.globals.update(shared)

    def page(
        self,
        template: str,
        /,
        *,
        language: str,
        status: int = 200,
        private: bool = False,
        **values: object,
    ) -> HTMLResponse:
        """Render a template into a page in `language`.

        A `private` page is kept by no cache and listed by no search engine. Raises
        `jinja2.UndefinedError` when the template asks for a value that was not given.
        """
        body = self.environment.get_template(template).render(language=language, **values)
        return HTMLResponse(body, status, headers=page_headers(language, private=private))


def page_headers(language: str, *, private: bool) -> dict[str, str]:
    """The headers of a page in `language`.

    >>> page_headers("vi", private=True)["Cache-Control"]
    'no-store'
    """
    seen_by = (
        {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow, noarchive"}
        if private
        else {"Cache-Control": "no-cache", "X-Robots-Tag": "noarchive"}
    )
    return PAGE_HEADERS | seen_by | {"Content-Language": language}
