"""A one-stop office with a kiosk, whose page runs in a real browser."""

from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import select

from tests.builders import filing
from tests.conftest import open_suite
from tests.gateway.test_addresses import served
from tests.stories.test_papers import CODE, prepare

AGENCY = "000.00.19.H29"
COUNTER = "Quầy số 3"
LEVEL = {"5": "Rất hài lòng", "4": "Hài lòng", "2": "Không hài lòng"}


@dataclass
class Office:
    """The suite in one process over HTTP, with a citizen whose result is in hand."""

    suite: object
    city: object
    address: str
    complaints: list

    async def code(self) -> str:
        told = {"agency": AGENCY, "counter": COUNTER}
        made = await self.city.post("/v1/kiosks/enrolments", json=told)
        assert made.status_code == 201, made.text
        return made.json()["code"]

    async def open(self, context):
        """The kiosk's page, watched for anything it complains of."""
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)
        await page.goto(f"{self.address}/kiosk")
        return page

    def _heard(self, told) -> None:
        # A network that is cut is told by the browser itself.
        if told.type in {"error", "warning"} and "Failed to load resource" not in told.text:
            self.complaints.append(told.text)

    async def enrolled(self, context):
        page = await self.open(context)
        await page.get_by_label("Mã đăng ký").fill(await self.code())
        await page.get_by_role("button", name="Đăng ký").click()
        await page.get_by_role("radio").first.wait_for()
        return page

    async def kiosks(self) -> list:
        answer = await self.city.get("/v1/kiosks")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def push(self, code=CODE, status=200):
        [kiosk] = [one for one in await self.kiosks() if one["state"] != "revoked"]
        answer = await self.city.put(f"/v1/kiosks/{kiosk['id']}/ticket", json={"dossier": code})
        assert answer.status_code == status, answer.text

    async def rows(self, table) -> list:
        database = self.suite.running["rating"].database
        return list(await database.select(select(database.metadata.tables[table])))


@asynccontextmanager
async def office(tmp_path, request, dossiers=1):
    """An office on SQLite; its browser complains of nothing."""
    told = {"kiosk_wait_seconds": 0.5}
    async with (
        open_suite("sqlite", tmp_path, request, **told) as suite,
        suite.partner() as city,
        served(suite.app) as port,
    ):
        await prepare(city)
        for number in range(1, dossiers + 1):
            filed = filing(number) if number > 1 else filing()
            code = filed["code"]
            assert (await city.post("/v1/dossiers", json=filed)).status_code == 201
            steps = [
                {"status": "done", "occurred_at": "2020-03-18T10:00:00+07:00"},
                {"status": "returned", "occurred_at": "2020-03-18T11:00:00+07:00"},
            ]
            done = await city.post(f"/v1/dossiers/{code}/progress", json={"items": steps})
            assert done.status_code == 200, done.text
        await suite.settle()
        found = Office(suite, city, f"http://127.0.0.1:{port}", [])
        yield found
        assert found.complaints == []


async def shown_ticket(page):
    """Wait for the dossier of the counter to be on the screen."""
    await page.get_by_role("img", name="Mã QR").wait_for()


async def rate(page, level="5"):
    """Two taps."""
    await page.get_by_role("radio", name=LEVEL[level], exact=True).check()
    await page.get_by_role("button", name="Gửi đánh giá").click()
    await page.get_by_role("heading", name="Cảm ơn quý vị!").wait_for()


COUNT = """() => new Promise((resolve) => {
  const opened = indexedDB.open("motcua-kiosk");
  opened.onsuccess = () => {
    const counted = opened.result.transaction("items").objectStore("items").count();
    counted.onsuccess = () => { opened.result.close(); resolve(counted.result); };
  };
})"""


async def waiting(page) -> int:
    """How many items the browser keeps."""
    return await page.evaluate(COUNT)


async def handed_over(page):
    """Wait until the browser keeps none."""
    while await waiting(page):
        await page.wait_for_timeout(50)
