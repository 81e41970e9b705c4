"""The scripts that pages elsewhere load: how large, under which names, and who may read them."""

import base64
import gzip
import hashlib
import json
import re

import pytest

from chassis.settings import Settings
from gateway.widget.building import SERVED, SOURCE, VERSIONS, build, built, hashed_name, tightened
from gateway.widget.files import current, scripts, versions
from suite.together import together
from tests.conftest import Suite

KB = 1024


@pytest.fixture
async def gateway(tmp_path, embedded):
    settings = Settings(data=tmp_path, public_url="https://motcua.example.vn/")
    embedded.fill(settings)
    async with together(settings, work=False) as at_work:
        yield Suite(at_work.running, at_work.app)


@pytest.mark.parametrize(
    ("name", "most"),
    [("motcua-rating.js", 6 * KB), ("motcua-embed.js", KB), ("motcua-frame.js", KB)],
)
def test_a_script_with_both_languages_is_no_larger_than_promised(name, most):
    assert len(gzip.compress(current(name).content, 9)) <= most


def test_what_is_served_is_what_the_sources_say():
    """After a change of a source: python .ci/widget.py, with --keep where the version before was released."""
    told = json.loads(VERSIONS.read_text("utf-8"))
    assert {name: each["current"] for name, each in told.items()} == {
        name: hashed_name(name, content) for name, content in built().items()
    }
    named = {name for each in told.values() for name in (each["current"], *each["kept"])}
    assert {path.name for path in SERVED.glob("*.js")} == named
    for name in named:
        short = re.sub(r"\.[0-9a-f]{12}\.js$", ".js", name)
        assert hashed_name(short, (SERVED / name).read_bytes()) == name


def test_a_released_version_stays_when_the_next_is_written(tmp_path):
    source, served = tmp_path / "source", tmp_path / "served"
    source.mkdir()
    served.mkdir()

    def write(text, *, keep):
        (source / "a.js").write_text(text)
        [current] = build(source, served, keep=keep)
        assert (served / current).read_text() == text + "\n"
        told = json.loads((served / "versions.json").read_text())["a.js"]
        assert told["current"] == current
        assert {path.name for path in served.glob("*.js")} == {current, *told["kept"]}
        return current, told["kept"]

    first, _ = write("a()", keep=False)
    second, kept = write("b()", keep=True)
    assert kept == [first]
    # A version that was never released is replaced.
    third, kept = write("c()", keep=False)
    assert kept == [first]
    assert not (served / second).exists()
    # Going back to a version that is kept makes it the current one.
    fourth, kept = write("a()", keep=True)
    assert (fourth, kept) == (first, [third])


def test_tightening_leaves_words_and_templates_alone():
    source = 'const a = `x , y`;\n// gone\nconst b = "c , d" ;\nif (a) {\n  b( a , b );\n}\n'
    assert tightened(source) == 'const a=`x , y`;const b="c , d";if(a){b(a,b)}\n'


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*.js")), ids=lambda path: path.name)
def test_no_script_makes_markup_code_or_cookies_of_strings(path):
    source = path.read_text("utf-8")
    for never in (
        *("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("),
        *("document.cookie", "sessionStorage", "setAttribute('style", ".style.", "import("),
    ):
        assert never not in source
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", source) == []


async def test_a_pinned_script_never_changes_and_the_short_name_is_the_latest(gateway):
    name = current("motcua-rating.js").name
    async with gateway.public() as browser:
        pinned = await browser.get(f"/widget/v1/{name}", headers={"Origin": "https://any.example"})
        latest = await browser.get("/widget/v1/motcua-rating.js")
        told = (await browser.get("/widget/v1/versions.json")).json()
        bare = await browser.get(f"/widget/v1/{name}", headers={"Accept-Encoding": "identity"})
        head = await browser.head(f"/widget/v1/{name}")
        known = await browser.get(
            f"/widget/v1/{name}", headers={"If-None-Match": pinned.headers["etag"]}
        )
        gone = await browser.get("/widget/v1/motcua-rating.000000000000.js")
        elsewhere = await browser.get("/widget/v1/..%2fbuilding.js")
    assert pinned.content == latest.content == bare.content
    assert pinned.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in bare.headers
    assert pinned.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert latest.headers["cache-control"] == "public, max-age=300"
    digest = base64.b64encode(hashlib.sha384(pinned.content).digest()).decode()
    assert told["motcua-rating.js"]["current"]["integrity"] == f"sha384-{digest}"
    assert told["motcua-rating.js"]["current"]["url"] == f"/widget/v1/{name}"
    for answer in (pinned, latest, bare, head, known):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert "set-cookie" not in answer.headers
    assert pinned.headers["content-type"] == "text/javascript; charset=utf-8"
    assert (head.status_code, head.content) == (200, b"")
    assert (known.status_code, known.content) == (304, b"")
    assert gone.status_code == 404
    assert elsewhere.status_code == 404


async def test_scripts_are_not_counted_against_anybody(gateway):
    async with gateway.public() as browser:
        for name in scripts():
            answer = await browser.get(f"/widget/v1/{name}")
            assert "ratelimit" not in answer.headers


def test_every_version_tells_its_size_and_its_digest():
    for each in versions().values():
        for told in (each["current"], *each["kept"]):
            assert told["bytes_gzip"] < told["bytes"]
            assert told["integrity"].startswith("sha384-")


@pytest.mark.parametrize(("language", "says"), [("vi", "Đánh giá"), ("en", "Rate")])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_button_says_what_it_is_for_in_both_languages(gateway, language, says, theme):
    from defusedxml import ElementTree

    async with gateway.public() as browser:
        answer = await browser.get(f"/widget/v1/button.svg?lang={language}&theme={theme}")
        wrong = await browser.get("/widget/v1/button.svg?theme=%22%3E")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-origin" not in answer.headers
    drawing = ElementTree.fromstring(answer.text)
    assert int(drawing.get("height")) >= 48
    title = drawing.find("{http://www.w3.org/2000/svg}title")
    assert says in title.text
    assert drawing.get("aria-labelledby") == title.get("id")
    assert "style" not in answer.text
    assert wrong.status_code == 422


async def test_a_refusal_in_a_frame_is_shown_to_the_site_around_it(gateway):
    from gateway.origins import commands

    site = "https://motcua.example.vn"
    await gateway.running["gateway"].do(commands.add_origin, site, "H29", "an operator")
    async with gateway.public() as browser:
        for _ in range(7):
            answer = await browser.get(f"/embed/{'t' * 43}?parent={site}")
    assert answer.status_code == 429
    assert answer.headers["retry-after"]
    assert f"frame-ancestors {site};" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
