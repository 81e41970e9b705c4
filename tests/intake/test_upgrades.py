"""A database of an earlier release, with rows in it, is brought up to date and goes on."""

from services.intake import service

CODE = "000.00.19.H29-200316-0001"
ROWS = [
    "INSERT INTO agency (code, name, kind, revision) VALUES ('H29', 'Thành phố', 'city', 1)",
    (
        "INSERT INTO procedure (code, name, field, time_limits, online_level, by_post, on_national_portal,"
        " revision) VALUES ('1.1', 'Thủ tục', 'f', '{}', 3, true, true, 1)"
    ),
    "INSERT INTO calendar_day (day, works, reason) VALUES ('2020-03-18', false, 'Mất điện')",
    (
        "INSERT INTO dossier (code, procedure, field, agency, competent_agency, returning_agency, channel,"
        " return_mode, applicant, flags, filed_received_at, limit_amount, limit_unit, filed_by, filed_at,"
        " status, received_at, due_at, due_on, rule_set, starts_on, calendar, revision) VALUES"
        f" ('{CODE}', '1.1', 'f', 'H29', 'H29', 'H29', 'counter', 'counter',"
        """ '{"kind":"citizen","name":"Nguyễn Văn A"}', '{"digitised":false}','"""
        "2020-03-16 02:00:00+00:00', 3, 'working_day', 'c', '2020-03-16 02:00:00+00:00', 'processing',"
        " '2020-03-16 02:00:00+00:00', '2020-03-20 10:00:00+00:00', '2020-03-20', 'R2018', '2020-03-17',"
        " 'abc', 2)"
    ),
    (
        "INSERT INTO step (dossier, key, status, occurred_at, recorded_at, recorded_by) VALUES"
        f" ('{CODE}', 'k', 'processing', '2020-03-16 03:00:00+00:00', '2020-03-16 03:00:00+00:00', 'c')"
    ),
]


async def test_dossiers_of_the_first_release_are_read_and_go_on(lone):
    async with lone(service, earlier=("0001", ROWS)) as intake, intake.calls() as client:
        view = (await client.get(f"/v1/dossiers/{CODE}")).json()
        assert (view["status"], view["holder"], view["violations"]) == ("processing", "H29", [])
        done = {"status": "done", "occurred_at": "2020-03-20T10:00:00+07:00"}
        answer = await client.post(f"/v1/dossiers/{CODE}/progress", json={"items": [done]})
        assert answer.json()["status"] == "done"
        clock = (await client.get(f"/v1/dossiers/{CODE}/clock")).json()
        # The operator's day off, told before there were instants of telling, still counts.
        assert clock["due_at"] == "2020-03-20T17:00:00+07:00"
