"""Which answers count. Values only."""

from collections.abc import Mapping

from contracts.problems import FieldError
from services.rating.questionnaires import Questionnaire


def mistakes(questionnaire: Questionnaire, answers: Mapping[str, str]) -> list[FieldError]:
    """What must be changed in the answers (question id to option id) before they count.

    >>> from services.rating.questionnaires import questionnaires
    >>> form = questionnaires()["overall-5/1"]
    >>> mistakes(form, {"overall": "5"})
    []
    >>> [(m.pointer, m.code) for m in mistakes(form, {"overall": "6", "speed": "1"})]
    [('/answers/overall', 'unknown-option'), ('/answers/speed', 'unknown-question')]
    >>> [(m.pointer, m.code) for m in mistakes(form, {})]
    [('/answers/overall', 'missing')]
    """
    found: list[FieldError] = []
    asked = questionnaire.asked
    for name, question in asked.items():
        if name not in answers:
            if question.required:
                found.append(_mistake(name, "missing", "Answer this question."))
        elif answers[name] not in question.levels:
            found.append(_mistake(name, "unknown-option", "Choose one of the options offered."))
    unasked = [name for name in answers if name not in asked]
    found += [_mistake(n, "unknown-question", "Leave this out: it is not asked.") for n in unasked]
    return found


def _mistake(question: str, code: str, detail: str) -> FieldError:
    pointer = f"/answers/{question.replace('~', '~0').replace('/', '~1')}"
    return FieldError(pointer=pointer, code=code, detail=detail)
