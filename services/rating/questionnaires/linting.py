"""What is wrong with a questionnaire, said with the file, the question and the remedy.

A *mistake* stops the start. A *remark* is something to know, such as more good levels than bad ones.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from contracts.text import folded
from contracts.vocabulary import OptionClass
from services.rating.questionnaires.outcomes import Derived
from services.rating.questionnaires.shape import HIGHEST_SCORE, OVERALL, Question, Questionnaire

RANK = {OptionClass.NEGATIVE: 0, OptionClass.NEUTRAL: 1, OptionClass.POSITIVE: 2}


def mistakes_in(told: Questionnaire) -> list[str]:
    """Why a questionnaire cannot be asked or counted, each with its remedy."""
    found = list(_repeated(told.criteria))
    for question in told.criteria:
        found += [f"question {question.id}: {mistake}" for mistake in _of_question(question)]
    overall = told.asked.get(OVERALL)
    if overall is not None:
        found += [f"question {OVERALL}: {mistake}" for mistake in _of_overall(overall)]
        if told.derived is not None:
            found.append(f"derived: leave it out, the question {OVERALL} is asked")
    elif told.derived is not None:
        found += [f"derived: {mistake}" for mistake in _of_derived(told.derived)]
        if not any(question.required for question in told.questions):
            found.append("derived: make one question required, so that it has something to rest on")
    return found


def remarks_on(told: Questionnaire) -> list[str]:
    """What is allowed and still worth knowing: scales that lean to one side."""
    found = []
    for question in told.questions:
        kinds = Counter(option.option_class for option in question.options)
        good, bad = kinds[OptionClass.POSITIVE], kinds[OptionClass.NEGATIVE]
        if good != bad:
            found.append(
                f"question {question.id}: {good} levels count as positive, {bad} as negative"
            )
    return found


def told_by(broken: ValidationError, content: object) -> list[str]:
    """What pydantic found in a file, with the question it is about."""
    found = []
    for error in broken.errors(include_url=False, include_input=False):
        place = ".".join(str(step) for step in error["loc"])
        question = _question_at(error["loc"], content)
        said = error["msg"].removeprefix("Value error, ")
        remedy = {
            "missing": "add it",
            "extra_forbidden": "take it away, or spell it as the others do",
        }.get(error["type"], said)
        found.append(f"{question}{place}: {remedy}" if place else said)
    return found


def _question_at(place: Sequence[int | str], content: object) -> str:
    match place, content:
        case ["questions", int(number), *_], {"questions": list(questions)}:
            told = questions[number] if number < len(questions) else None
            name = told.get("id") if isinstance(told, dict) else None
            return f"question {name}: " if name else ""
    return ""


def _repeated(questions: Sequence[Question]) -> Iterator[str]:
    ids = Counter(question.id for question in questions)
    yield from (f"question {i} is asked twice: rename one" for i, n in ids.items() if n > 1)
    numbers = Counter(q.criterion for q in questions if q.criterion is not None)
    yield from (f"criterion {i} is named twice: renumber one" for i, n in numbers.items() if n > 1)


def _of_question(question: Question) -> Iterator[str]:
    ids = Counter(option.id for option in question.options)
    yield from (f"offers option {i} twice: rename one" for i, n in ids.items() if n > 1)
    texts = Counter(folded(option.label.vi) for option in question.options)
    if max(texts.values()) > 1:
        yield "two options read alike but for accents: say them apart, or no file can name them"
    scores = sorted({option.score for option in question.options})
    gaps = sorted(set(range(scores[0], scores[-1] + 1)) - set(scores))
    if gaps and question.id != OVERALL:
        yield f"no option scores {', '.join(map(str, gaps))}: close the gap in its scale"
    ordered = sorted(question.options, key=lambda option: option.score)
    ranks = [RANK[option.option_class] for option in ordered]
    if ranks != sorted(ranks):
        yield "an option scores more than another but counts as worse: exchange their classes"
    if question.known_from is not None and question.required:
        yield "is known without asking, so it cannot be required: leave one of the two out"


def _of_overall(question: Question) -> Iterator[str]:
    if not question.required:
        yield "must be asked, and be required: set required: true"
    if question.lowest != 1 or question.highest != HIGHEST_SCORE:
        yield f"is scored 1 to {HIGHEST_SCORE}: give its worst option 1 and its best {HIGHEST_SCORE}"


def _of_derived(derived: Derived) -> Iterator[str]:
    ids = Counter(level.id for level in derived.levels)
    yield from (f"level {i} stands twice: rename one" for i, n in ids.items() if n > 1)
    *before, last = derived.levels
    if not last.when.always:
        yield f"level {last.id} stands last and must take whatever is left: leave out its 'when'"
    for level in before:
        if level.when.always:
            yield f"level {level.id} takes everything, so those after it are never reached: add 'when'"
    ordered = sorted(derived.levels, key=lambda level: level.score)
    ranks = [RANK[level.option_class] for level in ordered]
    if ranks != sorted(ranks):
        yield "a level scores more than another but counts as worse: exchange their classes"
