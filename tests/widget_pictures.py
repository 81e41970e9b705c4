"""Takes the pictures of docs/portals/widget.md anew: `python -m tests.widget_pictures`."""

import asyncio
import struct
import tempfile
import zlib
from pathlib import Path

from playwright.async_api import async_playwright

from chassis.settings import Settings
from suite.together import migrate, together
from tests.gateway.test_addresses import served
from tests.servers import find_chromium

FOLDER = Path(__file__).parents[1] / "docs" / "portals" / "images"
LARGEST = 60_000
"""Bytes of a picture: the repository keeps every one of them for good."""

PICTURES = (
    ("widget-vi", "vi", 720, "light", "motcua-rating[mode=inline]"),
    ("widget-en-compact", "en", 720, "light", "motcua-rating[mode=compact]"),
    ("widget-phone", "vi", 360, "light", "motcua-rating[mode=inline]"),
    ("widget-dark", "vi", 720, "dark", "motcua-rating[mode=inline]"),
    ("widget-page", "vi", 720, "light", None),
)
"""Name, language, width, scheme, and the element that is shown; the top of the page where there is none."""


def smaller(png: bytes) -> bytes:
    """A picture of few colours: text and areas lose nothing that an eye would miss."""
    width, height, rows = _rows(png)
    for bits in (5, 4, 3):
        scale = 255 / (2**bits - 1)
        levels = bytes(round(round(value / scale) * scale) for value in range(256))
        coarse = [row.translate(levels) for row in rows]
        pixels = [[row[n : n + 3] for n in range(0, len(row), 3)] for row in coarse]
        colours = sorted({pixel for row in pixels for pixel in row})
        if len(colours) <= 256:
            break
    place = {colour: number for number, colour in enumerate(colours)}
    raw = b"".join(b"\0" + bytes(place[pixel] for pixel in row) for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", b"".join(colours)), (b"IDAT", zlib.compress(raw, 9)))
    return png[:8] + b"".join(_part(*part) for part in (*parts, (b"IEND", b"")))


def _part(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def _rows(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and rows of a picture as Chromium writes them: 8 bits of red, green, blue."""
    at, packed = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        content = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", content[:10])
            assert (depth, colour) == (8, 2)
        packed += content if kind == b"IDAT" else b""
        at += 12 + length
    raw, size = zlib.decompress(packed), 3 * width
    rows = [bytes(size)]
    for start in range(0, len(raw), size + 1):
        way, row = raw[start], bytearray(raw[start + 1 : start + 1 + size])
        above = rows[-1]
        for n in range(size):
            left, up, corner = (row[n - 3], above[n], above[n - 3]) if n > 2 else (0, above[n], 0)
            row[n] = (row[n] + _guess(way, left, up, corner)) & 255
        rows.append(bytes(row))
    return width, height, rows[1:]


def _guess(way: int, left: int, up: int, corner: int) -> int:
    """What a pixel is told as the difference to (PNG, section 9)."""
    if way < 4:
        return (0, left, up, (left + up) // 2)[way]
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))


async def take(address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_chromium().launch)
        for name, language, width, scheme, element in PICTURES:
            page = await browser.new_page(
                viewport={"width": width, "height": 560}, color_scheme=scheme
            )
            await page.goto(f"{address}/widget?lang={language}")
            await page.locator("motcua-rating[state=ready]").nth(1).wait_for()
            file = FOLDER / f"{name}.png"
            shown = page.locator(element) if element else page
            file.write_bytes(smaller(await shown.screenshot()))
            assert file.stat().st_size < LARGEST, f"{file} is {file.stat().st_size} bytes"
            await page.close()
        await browser.close()


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), public_url="https://motcua.example.vn")
        await asyncio.to_thread(migrate, settings)
        async with together(settings, work=False) as at_work, served(at_work.app) as port:
            await take(f"http://127.0.0.1:{port}")


if __name__ == "__main__":
    asyncio.run(main())
