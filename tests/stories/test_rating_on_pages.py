"""The whole life of a rating on its pages, as a browser without script meets it: given, changed, declined."""

import pytest

from tests.builders import filing, step
from tests.gateway.page_samples import Reading
from tests.stories.test_papers import prepare

RETURNED = [step("done"), step("returned", "2020-03-19T08:30:00+07:00")]


def sent(page, which: int, **chosen) -> tuple[str, dict[str, str]]:
    """Where a form of a page goes, and what it says by itself with what is chosen."""
    reading = Reading(page.text)
    held = [each for each in reading.all("input") if each.get("type") == "hidden"]
    told = {each["name"]: each["value"] for each in held} | chosen
    return reading.all("form")[which]["action"], told


def said(answer) -> str:
    return " ".join(Reading(answer.text).spoken.split())


@pytest.mark.parametrize("lane", ["sqlite"])
async def test_a_link_is_declined_used_changed_and_tells_what_became_of_it(suite):
    async with suite.partner() as city, suite.public() as anybody:
        await prepare(city)
        code = (await city.post("/v1/dossiers", json=filing())).json()["code"]
        await city.post(f"/v1/dossiers/{code}/progress", json={"items": RETURNED})
        await suite.settle()
        path = f"/v1/dossiers/{code}/rating-invitations"
        [invited] = (await city.get(path)).json()["items"]
        typed = await anybody.post(
            "/r", data={"code": invited["ways"]["paper"]["code"].lower(), "language": "vi"}
        )
        at = typed.headers["location"]
        form = await anybody.get(at)
        assert form.status_code == 200
        to, told = sent(form, 1)
        declined = await anybody.post(to, data=told)
        assert at in {each["href"] for each in Reading(declined.text).all("a")}
        comment = "Chậm <b>quá</b> 😀"
        to, told = sent(form, 0, **{"answer.overall": "1", "comment": comment})
        thanks = await anybody.post(to, data=told)
        assert "Cảm ơn quý vị" in said(thanks)
        used = await anybody.get(at)
        assert (used.status_code, "Còn sửa được đến" in said(used)) == (409, True)
        to, told = sent(thanks, 0)
        again = await anybody.post(to, data=told)
        assert comment in Reading(again.text).spoken
        to, told = sent(again, 0, **{"answer.overall": "4", "comment": comment})
        assert "Đánh giá đã sửa" in said(await anybody.post(to, data=told))
        stale = await anybody.post(to, data=told)
        assert (stale.status_code, "sửa ở nơi khác" in said(stale)) == (409, True)
        other = await anybody.get(f"/r/{invited['token']}")
        assert (other.status_code, "Sửa đánh giá" in said(other)) == (409, False)
        mistyped = at[:-1] + ("0" if at[-1] != "0" else "1")
        wrong = await anybody.get(mistyped)
        assert (wrong.status_code, "ký tự chưa đúng" in said(wrong)) == (422, True)


@pytest.mark.parametrize("lane", ["sqlite"])
async def test_a_link_in_whose_place_another_was_given_says_so(suite):
    async with suite.partner() as city, suite.public() as anybody:
        await prepare(city)
        code = (await city.post("/v1/dossiers", json=filing())).json()["code"]
        await city.post(f"/v1/dossiers/{code}/progress", json={"items": RETURNED})
        await suite.settle()
        path = f"/v1/dossiers/{code}/rating-invitations"
        [first] = (await city.get(path)).json()["items"]
        anew = await city.post(path, json={"occasion": "returned", "reissue": True})
        assert anew.status_code in {200, 201}, anew.text
        old = await anybody.get(f"/r/{first['token']}")
        assert (old.status_code, "đã được thay" in said(old)) == (410, True)
        assert (await anybody.get(f"/r/{anew.json()['token']}")).status_code == 200


@pytest.mark.parametrize("lane", ["sqlite"])
async def test_an_unhappy_citizen_asks_for_a_reply_reads_it_and_says_whether_it_helped(suite):
    async with suite.partner() as city, suite.public() as anybody:
        await prepare(city)
        code = (await city.post("/v1/dossiers", json=filing())).json()["code"]
        await city.post(f"/v1/dossiers/{code}/progress", json={"items": RETURNED})
        await suite.settle()
        path = f"/v1/dossiers/{code}/rating-invitations"
        [invited] = (await city.get(path)).json()["items"]
        at = f"/r/{invited['token']}"
        wishes = {"comment": "Chờ lâu, gọi 0903 123 456", "reply": "page", "complaint": "yes"}
        to, told = sent(await anybody.get(at), 0, **{"answer.overall": "1"} | wishes)
        assert "Quý vị sẽ được trả lời" in said(await anybody.post(to, data=told))
        assert "chậm nhất ngày" in said(await anybody.get(at))
        [case] = (await city.get("/v1/rating-cases")).json()["items"]
        assert case["comment"] == "Chờ lâu, gọi […]"
        answer = {"text": "Bộ phận một cửa xin lỗi và đã thêm một quầy."}
        replied = await city.post(f"/v1/rating-cases/{case['id']}/replies", json=answer)
        assert replied.is_success, replied.text
        shown = await anybody.get(at)
        assert answer["text"] in said(shown)
        reading = Reading(shown.text)
        to = next(one["action"] for one in reading.all("form") if "resolved" in one["action"])
        judged = await anybody.post(to, data={"language": "vi", "resolved": "yes"})
        assert judged.status_code == 303
        after = (await city.get(f"/v1/rating-cases/{case['id']}")).json()
        assert (after["state"], after["resolved"]) == ("resolved", True)
        assert "resolved" not in (await anybody.get(at)).text
