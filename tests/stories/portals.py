"""A portal on an origin of its own beside the suite, as strict as portals can be, and links to rate with."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.responses import HTMLResponse, PlainTextResponse

from gateway.origins import commands
from gateway.origins.strangers import Strangers
from tests.builders import filing
from tests.gateway.test_addresses import served
from tests.stories.test_papers import prepare

FALLBACK = "Đánh giá mức độ hài lòng"


@dataclass
class Portal:
    """Pages of a site of its own; what a browser said of them is in `complaints`."""

    gateway: str
    suite: object
    origin: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    async def __call__(self, scope, receive, send):
        html = self.pages.get(scope["path"])
        answer = PlainTextResponse("", 404) if html is None else HTMLResponse(html)
        policy = self.policies.get(scope["path"])
        if html is not None and policy:
            answer.headers["Content-Security-Policy"] = policy
        await answer(scope, receive, send)

    def page(self, path: str, body: str, policy: str = "", language: str = "vi") -> str:
        """Put a page up; its address."""
        self.pages[path] = (
            f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width"><title>Cổng dịch vụ</title>'
            f'<link rel="icon" href="data:,"><main><h1>Hồ sơ</h1>{body}</main></html>'
        )
        self.policies[path] = policy
        return self.origin + path

    def with_element(self, token: str, attributes: str = "", path: str = "/rate") -> str:
        """A page with the element, under the strictest policy it can work under."""
        script = self.script("motcua-rating.js")
        policy = (
            f"default-src 'none'; img-src data:; script-src {self.gateway}; "
            f"connect-src {self.gateway}; "
            "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'"
        )
        return self.page(
            path,
            f'{script}<motcua-rating token="{token}" {attributes}>'
            f'<a href="{self.gateway}/r/{token}">{FALLBACK}</a></motcua-rating>',
            policy,
        )

    def with_frame(self, token: str, path: str = "/framed") -> str:
        """A page that lets the host script put the frame in."""
        script = self.script("motcua-embed.js")
        policy = (
            f"default-src 'none'; img-src data:; script-src {self.gateway}; "
            f"frame-src {self.gateway}; require-trusted-types-for 'script'; trusted-types 'none'"
        )
        link = f'<a data-motcua-rating href="{self.gateway}/r/{token}">{FALLBACK}</a>'
        return self.page(path, link + script, policy)

    def script(self, name: str) -> str:
        """The tag of the snippet page: pinned by its hash."""
        from gateway.widget.files import current

        found = current(name)
        return (
            f'<script type="module" src="{self.gateway}/widget/v1/{found.name}" '
            f'integrity="{found.integrity}" crossorigin="anonymous"></script>'
        )

    async def register(self) -> None:
        await self.suite.running["gateway"].do(commands.add_origin, self.origin, "H29", "operator")

    @property
    def strangers(self) -> Strangers:
        return self.suite.running["gateway"].own(Strangers)

    def listen(self, page):
        """Keep what the browser says, and what the element tells its page."""
        page.on("console", lambda said: self.complaints.append(said.text))
        page.on("pageerror", lambda failed: self.complaints.append(str(failed)))
        return page


@asynccontextmanager
async def portal_beside(suite, *, registered: bool = True):
    """A portal on another port than the suite's gateway; browsers see two origins."""
    async with served(suite.app) as port:
        portal = Portal(f"http://127.0.0.1:{port}", suite)
        async with served(portal) as beside:
            portal.origin = f"http://127.0.0.1:{beside}"
            if registered:
                await portal.register()
            yield portal


async def links(suite, city, count: int = 1) -> list[str]:
    """Tokens of so many dossiers whose receipts were printed."""
    await prepare(city)
    for number in range(1, count + 1):
        made = await city.post("/v1/dossiers", json=filing(number))
        assert made.status_code == 201, made.text
    await suite.settle()
    found = []
    for number in range(1, count + 1):
        code = filing(number)["code"]
        assert (await city.get(f"/v1/dossiers/{code}/papers/receipt.html")).status_code == 200
        answer = await city.get(f"/v1/dossiers/{code}/rating-invitations")
        found.append(answer.json()["items"][0]["token"])
    return found


async def ratings(suite) -> list[dict]:
    """What rating has stored."""
    from chassis.database import UnitOfWork
    from services.rating.tables import Rating

    rows = await UnitOfWork(suite.running["rating"].database).all(Rating)
    return [row.model_dump() for row in rows]
