"""What axe-core finds wrong with a page: WCAG 2.0, 2.1 and 2.2, levels A and AA, and its best practice."""

from importlib.resources import files

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    # The rules of 2.2 are off in axe until they are asked for by name.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
AT_REST = """() => Promise.allSettled(document.getAnimations()
    .filter(one => one.effect.getComputedTiming().endTime !== Infinity).map(one => one.finished))"""
SCRIPT = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


async def violations(page) -> list[str]:
    """What is wrong with the page as it stands, a line for each place: "rule: target".

    Frames and shadow roots are looked into. The script goes in as a debugger's does, so that the page's
    own policy stands; the context must run JavaScript.
    """
    for frame in page.frames:
        # A colour on its way from one to another has the contrast of neither.
        await frame.evaluate(AT_REST)
        await frame.evaluate(SCRIPT)
    found = await page.evaluate("async options => await axe.run(document, options)", OPTIONS)
    return [
        f"{violation['id']}: {_place(node['target'])}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _place(target: list) -> str:
    """A selector; of a frame or shadow root inside another, one after the other."""
    return " > ".join(" >> ".join(part) if isinstance(part, list) else part for part in target)
