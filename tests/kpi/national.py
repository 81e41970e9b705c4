"""Answers of the national portal in the shape that is guessed, and uploads of them."""

import json

QUARTER = {"time_type": "quarter", "year": 2020, "quarter": 1}
DAYS = {"from": "2020-01-01", "to": "2020-04-01"}


def node(department, count=None, among=None, score=None, code=None, below=(), **more):
    """What the portal says of a department's progress."""
    told = {"departmentId": department, "departmentCode": code, "departmentName": f"Đơn vị {code}"}
    numbers = {"numerator": count, "denominator": among, "score": score}
    return told | numbers | {"children": list(below)} | more


def answer(*nodes, code="OK", **more):
    """The body of an answer, as text."""
    return json.dumps({"code": code, "data": list(nodes), "message": "", **more})


def upload(text, evaluation="dvc-progress-tree", **told):
    """An answer as it is handed in."""
    question = {"evaluation": evaluation, "root_department": "root", **QUARTER}
    return question | {"answer": text} | told


async def handed_in(client, text, status=201, **told):
    found = await client.post("/v1/national-evaluations", json=upload(text, **told))
    assert found.status_code == status, found.text
    return found.json()


async def differences(client, component="766.progress", agency="H29", status=200, **told):
    asked = {"component": component, "agency": agency, **DAYS, **told}
    found = await client.get("/v1/national-evaluations/differences", params=asked)
    assert found.status_code == status, found.text
    return found.json()
