"""Low ratings, complaints and questions become cases with an owner, a day and a reply; on both engines."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.vocabulary import Provenance
from services.rating import service
from services.rating.cases.opening import follow_up, follow_void
from services.rating.cases.workdays import after_working_days
from services.rating.commands import Told, take_rating
from services.rating.comments.keeping import remember_comment
from services.rating.tables import Invitation, Rating
from tests.builders import AGENCY, PROCEDURE
from tests.rating.builders import STRANGER, directory, filed, published, returned, rows_of
from tests.rating.giving import INTEGRITY, LATE, ORIGINALS, WORKER, cases, code, post, told

EMAIL = "nguoi.dan@vi-du.vn"


def today():
    return (datetime.now(UTC) + timedelta(hours=7)).date()


@pytest.mark.parametrize(
    ("option", "given", "kind"),
    [
        ("1", {}, "low_score"),
        ("2", {"comment": LATE}, "low_score"),
        ("3", {}, None),
        ("5", {}, None),
        ("5", {"comment": "Rất tốt"}, None),
        ("4", {"contact": {}}, "asked"),
        ("5", {"contact": {"channel": "email", "value": EMAIL}}, "asked"),
        ("5", {"comment": LATE, "complaint": True}, "complaint"),
        ("1", {"comment": LATE, "complaint": True, "contact": {}}, "complaint"),
        ("5", {"comment": "can bo VOI VINH tien"}, "integrity"),
        ("1", {"comment": "Bị gợi ý tiền", "complaint": True}, "integrity"),
    ],
)
async def test_a_rating_becomes_a_case_where_an_answer_is_owed(lone, option, given, kind):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating, 1, option, **given)
        found = await cases(client)
        assert [one["kind"] for one in found] == ([kind] if kind else [])
        for one in found:
            assert (one["agency"], one["procedure"]) == (AGENCY, PROCEDURE)
            assert (one["state"], one["owner"]) == ("opened", "unit_head")
            assert one["due_on"] == after_working_days(today(), 5).isoformat()
            assert "score" not in one
            assert code(1) not in str(one)
        assert len(await rating.announced("rating.submitted")) == 1


async def test_what_is_low_is_a_setting(lone):
    async with lone(service, rating_case_score=3, rating_case_days=1) as rating:
        await told(rating, 1, "3")
        async with rating.calls() as client:
            [case] = await cases(client)
            assert case["due_on"] == after_working_days(today(), 1).isoformat()


async def test_rules_and_holidays_of_the_office_take_the_place_of_those_shipped(lone, tmp_path):
    rules, holidays = tmp_path / "rules.yaml", tmp_path / "holidays.txt"
    rules.write_text(
        "classes: []\nintegrity: {words: [cà phê], answers: [{question: overall, option: '4'}]}\n"
        "petition: {refuse: 1, supplement: 1, process: 1, publish: 1}\n",
        "utf-8",
    )
    off = [today() + timedelta(days=n) for n in range(1, 15)]
    holidays.write_text("\n".join(f"{day}  # nghỉ" for day in off), "utf-8")
    settings = {"rating_rules_file": rules, "rating_holidays_file": holidays}
    async with lone(service, rating_case_score=0, **settings) as rating:
        await told(rating, 1, "1")
        await told(rating, 2, "4")
        await told(rating, 3, "5", comment="Xin tiền cà phê")
        async with rating.calls() as client:
            found = await cases(client)
            assert [one["kind"] for one in found] == ["integrity", "integrity"]
            assert date.fromisoformat(found[0]["due_on"]) > max(off)


async def test_a_case_is_assigned_answered_and_closed_and_all_that_is_noted(lone):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating, comment=LATE)
        [case] = await cases(client)
        address = f"/v1/rating-cases/{case['id']}"
        owner = {"owner": "Bộ phận Một cửa", "due_on": (today() + timedelta(days=30)).isoformat()}
        for _ in range(2):
            shown = await post(client, f"{address}/assignments", owner)
            assert (shown["state"], shown["owner"]) == ("assigned", "Bộ phận Một cửa")
        for _ in range(2):
            shown = await post(client, f"{address}/replies", {"text": "Xin lỗi quý vị."})
            assert (shown["state"], shown["answered_on"]) == ("answered", today().isoformat())
        for _ in range(2):
            shown = await post(client, f"{address}/closings", {"outcome": "resolved"})
            assert (shown["state"], shown["outcome"]) == ("closed", "resolved")
        refused = await post(client, f"{address}/closings", {"outcome": "unfounded"}, 409)
        assert refused["code"] == "case-settled"
        for step, body in (("assignments", owner), ("replies", {"text": "Khác"})):
            assert (await post(client, f"{address}/{step}", body, 409))["code"] == "case-settled"
        steps = (await client.get(address)).json()["steps"]
        assert [(one["act"], one["before"], one["after"]) for one in steps] == [
            ("case.open", None, "opened"),
            ("case.assign", "opened", "assigned"),
            ("case.reply", "assigned", "answered"),
            ("case.close", "answered", "closed"),
        ]
        assert steps[1]["note"] == f"Bộ phận Một cửa; {owner['due_on']}"
        assert [one["by"] for one in steps] == ["public", "c-test", "c-test", "c-test"]
        [answered] = await rating.announced("case.answered")
        [closed] = await rating.announced("case.closed")
        assert answered["case"] == closed["case"] == case["id"]
        assert "Xin lỗi" not in str(await rating.announced())


async def test_the_citizen_reads_the_reply_at_their_link_and_is_asked_once(lone):
    async with lone(service) as rating, rating.calls() as client, rating.anonymous() as citizen:
        token = await told(rating, comment=LATE)
        page = f"/v1/rating-replies/{token}"
        answer = await citizen.get(page)
        assert answer.headers["cache-control"] == "no-store"
        waits = answer.json()
        assert (waits["state"], waits["text"], waits["asked"]) == ("opened", None, False)
        assert waits["due_on"]
        early = await post(citizen, page, {"resolved": True}, 409)
        assert early["code"] == "reply-not-asked"
        [case] = await cases(client)
        address = f"/v1/rating-cases/{case['id']}"
        await post(client, f"{address}/replies", {"text": "Xin lỗi."})
        told_now = (await citizen.get(page)).json()
        assert (told_now["text"], told_now["asked"]) == ("Xin lỗi.", True)
        for _ in range(2):
            again = await post(citizen, page, {"resolved": False})
            assert (again["state"], again["text"], again["asked"]) == ("opened", None, False)
        [case] = await cases(client)
        assert (case["reopened"], case["resolved"], case["answered_on"]) == (1, False, None)
        await post(client, f"{address}/replies", {"text": "Đã sửa."})
        last = (await citizen.get(page)).json()
        assert (last["text"], last["asked"]) == ("Đã sửa.", False)
        assert (await post(citizen, page, {"resolved": True}, 409))["code"] == "reply-not-asked"


async def test_a_citizen_who_says_yes_ends_the_case(lone):
    async with lone(service) as rating, rating.calls() as client, rating.anonymous() as citizen:
        token = await told(rating)
        [case] = await cases(client)
        await post(client, f"/v1/rating-cases/{case['id']}/replies", {"text": "Xin lỗi."})
        for _ in range(2):
            said = await post(citizen, f"/v1/rating-replies/{token}", {"resolved": True})
            assert (said["state"], said["text"], said["asked"]) == ("resolved", None, False)
        assert (await citizen.get(f"/v1/rating-replies/{token}")).json()["text"] == "Xin lỗi."
        [case] = await cases(client)
        assert (case["resolved"], case["outcome"]) == (True, "resolved")
        assert len(await rating.announced("case.closed")) == 1


async def test_a_case_closed_over_the_citizens_head_can_still_be_opened_again(lone):
    async with lone(service) as rating, rating.calls() as client, rating.anonymous() as citizen:
        token = await told(rating)
        [case] = await cases(client)
        await post(client, f"/v1/rating-cases/{case['id']}/replies", {"text": "Xin lỗi."})
        await post(client, f"/v1/rating-cases/{case['id']}/closings", {"outcome": "resolved"})
        said = await post(citizen, f"/v1/rating-replies/{token}", {"resolved": False})
        assert said["state"] == "opened"
        [case] = await cases(client)
        assert (case["state"], case["outcome"], case["closed_on"]) == ("opened", None, None)


@pytest.mark.parametrize("body", [{}, {"resolved": "no"}, {"resolved": None}, {"resolved": 1}])
async def test_whether_it_is_settled_is_yes_or_no(lone, body):
    async with lone(service) as rating, rating.anonymous() as citizen:
        token = await told(rating)
        await post(citizen, f"/v1/rating-replies/{token}", body, 422)


async def test_nobody_reads_a_reply_without_the_link_or_where_none_is_owed(lone):
    async with lone(service) as rating, rating.anonymous() as citizen:
        happy = await told(rating, 1, "5")
        for token, refused in ((happy, "no-reply-awaited"), ("x" * 43, "unknown-rating-link")):
            answer = await citizen.get(f"/v1/rating-replies/{token}")
            assert (answer.status_code, answer.json()["code"]) == (404, refused)
            said = await post(citizen, f"/v1/rating-replies/{token}", {"resolved": True}, 404)
            assert said["code"] == refused


async def test_how_to_reach_the_citizen_is_opened_apart_and_noted(lone):
    contact = {"channel": "email", "value": EMAIL}
    async with lone(service) as rating:
        await told(rating, 1, "4", contact=contact)
        async with rating.calls("H29", WORKER) as client:
            [case] = await cases(client)
            assert (case["channel"], case["has_contact"]) == ("email", True)
            assert EMAIL not in str(case)
            address = f"/v1/rating-cases/{case['id']}/contact"
            assert (await client.get(address)).status_code == 403
        async with rating.calls("H29", WORKER, ORIGINALS) as client:
            assert (await client.get(address)).json()["value"] == EMAIL
        acts = [act.act for act in await rows_of(rating, "rating_act")]
        assert acts == ["case.open", "case.contact"]


@pytest.mark.parametrize(
    "contact",
    [
        {"channel": "email"},
        {"channel": "page", "value": "x"},
        {"channel": "zalo", "value": "x"},
        {"channel": "sms", "value": "x" * 201},
        {"value": "0903"},
        "0903",
    ],
)
async def test_a_contact_is_a_channel_with_what_it_needs(lone, contact):
    async with lone(service) as rating, rating.anonymous() as citizen:
        body = {"token": "x" * 43, "answers": {"overall": "5"}, "contact": contact}
        refused = await post(citizen, "/v1/ratings", body, 422)
        assert refused["errors"][0]["pointer"].startswith("/contact")


async def test_a_case_of_harassment_is_seen_by_the_restricted_role_above_the_unit_alone(lone):
    async with lone(service) as rating:
        await told(rating, 1, "1", comment="Cán bộ nhũng nhiễu, vòi vĩnh")
        async with rating.calls("H29", INTEGRITY) as desk:
            [case] = await cases(desk)
            assert case["kind"] == "integrity"
        address = f"/v1/rating-cases/{case['id']}"
        for agency, scopes in (
            ("H29", (WORKER, ORIGINALS)),
            (AGENCY, (WORKER, INTEGRITY, ORIGINALS)),
            (STRANGER, (INTEGRITY, ORIGINALS)),
        ):
            async with rating.calls(agency, *scopes) as other:
                assert await cases(other) == []
                assert (await other.get(address)).status_code == 404
                assert (await other.get(f"{address}/contact")).status_code == 404
                await post(other, f"{address}/replies", {"text": "Không"}, 404)
        async with rating.calls("H29", INTEGRITY) as desk:
            await post(desk, f"{address}/replies", {"text": "Đang xác minh."})
            await post(desk, f"{address}/closings", {"outcome": "resolved"})
        topics = {one.topic for one in await rating.envelopes()}
        assert topics == {"rating.submitted"}


async def test_where_nothing_stands_above_the_unit_its_own_restricted_role_sees_it(lone):
    async with lone(service) as rating, rating.calls("H29", INTEGRITY) as desk:
        await told(rating, 1, "1", agency="H29", comment="Cán bộ vòi vĩnh")
        assert [one["kind"] for one in await cases(desk)] == ["integrity"]


async def test_plain_cases_are_not_for_the_restricted_role(lone):
    async with lone(service) as rating, rating.calls("H29", INTEGRITY) as desk:
        await told(rating)
        assert await cases(desk) == []


async def test_cases_of_others_do_not_exist(lone):
    async with lone(service) as rating, rating.calls(STRANGER) as other:
        await told(rating)
        assert await cases(other) == []
        [row] = await rows_of(rating, "rating_case")
        assert (await other.get(f"/v1/rating-cases/{row.id}")).status_code == 404
        assert (await other.get(f"/v1/rating-cases?agency={AGENCY}")).status_code == 404
        assert (await other.get("/v1/rating-cases/nothing")).status_code == 404


async def test_a_case_becomes_a_petition_with_its_legal_days_when_the_citizen_agrees(lone):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating, 1, "1", comment=LATE, petition=True)
        [case] = await cases(client)
        address = f"/v1/rating-cases/{case['id']}"
        early = await post(client, f"{address}/closings", {"outcome": "handed_over"}, 409)
        assert early["code"] == "case-not-handed-over"
        shown = await post(client, f"{address}/pakn", {"system": "pakn"})
        days = {"refuse_by": 2, "supplement_by": 5, "process_by": 15}
        for name, count in days.items():
            assert shown[name] == after_working_days(today(), count).isoformat()
        assert (shown["publish_working_days"], shown["number"]) == (2, None)
        assert (shown["text"], shown["agency"]) == (LATE, AGENCY)
        for _ in range(2):
            shown = await post(client, f"{address}/pakn", {"system": "pakn", "number": "P-1"})
            assert shown["number"] == "P-1"
        for other in ({"system": "khac"}, {"system": "pakn", "number": "P-2"}):
            refused = await post(client, f"{address}/pakn", other, 409)
            assert refused["code"] == "case-handed-over"
        after = (await client.get(address)).json()
        assert (after["due_on"], after["state"]) == (shown["process_by"], "assigned")
        closed = await post(client, f"{address}/closings", {"outcome": "handed_over"})
        assert closed["petition"]["number"] == "P-1"


async def test_without_the_citizens_consent_nothing_is_handed_over(lone):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating)
        [case] = await cases(client)
        refused = await post(client, f"/v1/rating-cases/{case['id']}/pakn", {"system": "pakn"}, 409)
        assert refused["code"] == "petition-consent-missing"


@pytest.mark.parametrize(("complaint", "kinds"), [(False, []), (True, ["complaint"])])
async def test_a_slip_entered_late_opens_a_case_for_a_complaint_alone(lone, complaint, kinds):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), published(), filed(code(1)), returned(code(1)))

        async def enter(uow):
            [invitation] = await uow.all(Invitation)
            slip = Told(
                answers={"overall": "1"},
                language="vi",
                provenance=Provenance.PAPER,
                submitted_at=uow.now,
                comment=LATE,
                complaint=complaint,
            )
            await take_rating(invitation, slip, uow)

        await rating.running.do(enter)
        assert [one["kind"] for one in await cases(client)] == kinds


async def revised(rating, option, version, **given):
    """The citizen's rating as they change it."""

    async def change(uow):
        [row] = await rows_of(rating, "rating")
        invitation = await uow.get(Invitation, row.invitation)
        stands = await uow.get(Rating, row.invitation)
        stands.answers, stands.version = {"overall": option}, version
        stands.score = int(option)
        stands.option_class = "negative" if option in "12" else "positive"
        stands.revision += 1
        news = Told(
            answers=stands.answers,
            language="vi",
            provenance=stands.provenance,
            submitted_at=uow.now,
            **given,
        )
        await remember_comment(invitation, stands, news, uow)
        await follow_up(invitation, stands, news, uow)

    await rating.running.do(change)


@pytest.mark.parametrize(
    ("options", "outcomes"),
    [
        (["1", "5"], ["revised"]),
        (["1", "2"], [None]),
        (["5", "1"], [None]),
        (["1", "5", "1"], [None]),
        (["5", "4"], []),
    ],
)
async def test_a_changed_rating_changes_its_case(lone, options, outcomes):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating, 1, options[0], comment="Ban đầu")
        for version, option in enumerate(options[1:], 2):
            await revised(rating, option, version, comment=f"Lần {version}")
        found = await cases(client)
        assert [one["outcome"] for one in found] == outcomes
        [comment] = await rows_of(rating, "comment")
        assert comment.redacted == f"Lần {len(options)}"
        if outcomes == [None]:
            assert found[0]["state"] == "opened"
            assert found[0]["comment"] == f"Lần {len(options)}"


async def test_a_changed_rating_without_a_comment_leaves_none(lone):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating, comment="Ban đầu")
        await revised(rating, "2", 2)
        assert await rows_of(rating, "comment") == []
        assert [one["comment"] for one in await cases(client)] == [None]


async def test_harassment_stays_restricted_when_the_words_are_taken_back(lone):
    async with lone(service) as rating, rating.calls("H29", WORKER) as plain:
        await told(rating, comment="Cán bộ vòi vĩnh")
        await revised(rating, "1", 2, comment="Chậm")
        assert await cases(plain) == []
        async with rating.calls("H29", INTEGRITY) as desk:
            assert [one["comment"] for one in await cases(desk)] == ["Chậm"]


@pytest.mark.parametrize("answered", [True, False])
async def test_a_void_rating_closes_its_case_and_a_later_version_opens_it_again(lone, answered):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating)
        [case] = await cases(client)
        if answered:
            await post(client, f"/v1/rating-cases/{case['id']}/replies", {"text": "Xin lỗi."})
        [row] = await rows_of(rating, "rating")
        for _ in range(2):
            await rating.running.do(follow_void, row.invitation)
        [case] = await cases(client)
        assert (case["state"], case["outcome"]) == ("closed", "void")
        assert len(await rating.announced("case.closed")) == 1
        await revised(rating, "1", 2)
        [case] = await cases(client)
        assert (case["state"], case["outcome"]) == ("opened", None)


async def test_what_has_ended_stays_ended_when_the_rating_is_void(lone):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating)
        [case] = await cases(client)
        await post(client, f"/v1/rating-cases/{case['id']}/closings", {"outcome": "unfounded"})
        [row] = await rows_of(rating, "rating")
        await rating.running.do(follow_void, row.invitation)
        assert [one["outcome"] for one in await cases(client)] == ["unfounded"]


async def test_cases_are_listed_by_the_day_they_are_due(lone):
    async with lone(service) as rating, rating.calls() as client:
        for number in range(1, 5):
            await told(rating, number)
        found = await cases(client)
        for n, one in enumerate(found):
            later = {"owner": "Quầy", "due_on": (today() + timedelta(days=9 - n)).isoformat()}
            await post(client, f"/v1/rating-cases/{one['id']}/assignments", later)
        pages, query = [], "?limit=3"
        while query:
            page = (await client.get(f"/v1/rating-cases{query}")).json()
            pages += [one["id"] for one in page["items"]]
            query = f"?limit=3&cursor={page['next_cursor']}" if page["next_cursor"] else ""
        assert pages == [one["id"] for one in found][::-1]
        assert await cases(client, "?state=opened") == []
        assert await cases(client, "?overdue=true") == []
        rating.running.database.now = lambda: datetime.now(UTC) + timedelta(days=8)
        assert [one["overdue"] for one in await cases(client, "?overdue=true")] == [True, True]


async def test_notes_and_owners_are_screened(lone):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating)
        [case] = await cases(client)
        given = {"owner": "Chị Lan 0903123456", "note": "thư a@vi-du.vn"}
        shown = await post(client, f"/v1/rating-cases/{case['id']}/assignments", given)
        assert shown["owner"] == "Chị Lan […]"
        assert "vi-du" not in str(await rows_of(rating, "rating_act"))
