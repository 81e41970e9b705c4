"""How questionnaires and choices of them are shown to those who run forms of their own."""

from collections.abc import Iterable, Iterator, Sequence

from contracts.rating import (
    Bilingual,
    ChoiceView,
    OverallLevel,
    QuestionnaireList,
    QuestionnaireOption,
    QuestionnaireQuestion,
    QuestionnaireView,
)
from services.rating.questionnaires import (
    OVERALL,
    Label,
    Outcome,
    Question,
    Questionnaire,
    chosen,
    portal_levels,
    questionnaires,
    remarks_on,
)
from services.rating.tables import QuestionnaireChoice


def everything(choices: Sequence[QuestionnaireChoice]) -> QuestionnaireList:
    """Every questionnaire, and what is chosen; defaults first."""
    defaults = [
        ChoiceView(
            agency=None, occasion=occasion, questionnaire=told.id, valid_from=None, revision=0
        )
        for occasion, told in chosen().items()
    ]
    return QuestionnaireList(
        portal_mapping=portal_levels().id,
        items=[_questionnaire(told) for told in questionnaires().values()],
        choices=[*defaults, *map(choice, choices)],
    )


def choice(row: QuestionnaireChoice) -> ChoiceView:
    """One choice of an agency."""
    return ChoiceView.model_validate(row)


def _questionnaire(told: Questionnaire) -> QuestionnaireView:
    return QuestionnaireView(
        id=told.id,
        source=told.source,
        title=_both(told.title),
        occasions=list(told.occasions),
        overall_asked=OVERALL in told.asked,
        overall_because=told.derived.because if told.derived else None,
        overall=list(_levels(_outcomes(told))),
        questions=[_question(question) for question in told.criteria],
        remarks=remarks_on(told),
    )


def _outcomes(told: Questionnaire) -> Iterator[Outcome]:
    if told.derived is None:
        for option in told.asked[OVERALL].options:
            yield Outcome(option.id, option.score, option.option_class)
        return
    for level in sorted(told.derived.levels, key=lambda level: -level.score):
        yield Outcome(level.id, level.score, level.option_class)


def _levels(outcomes: Iterable[Outcome]) -> Iterator[OverallLevel]:
    mapping = portal_levels()
    for one in outcomes:
        yield OverallLevel(
            option=one.option,
            score=one.score,
            option_class=one.option_class,
            portal_level=mapping.level(one),
        )


def _question(question: Question) -> QuestionnaireQuestion:
    options = [
        QuestionnaireOption(
            id=option.id,
            label=_both(option.label),
            score=option.score,
            option_class=option.option_class,
        )
        for option in question.options
    ]
    return QuestionnaireQuestion(
        id=question.id,
        criterion=question.criterion,
        label=_both(question.label),
        help=_both(question.help) if question.help else None,
        section=_both(question.section) if question.section else None,
        required=question.required,
        asked=question.known_from is None,
        options=options,
    )


def _both(label: Label) -> Bilingual:
    return Bilingual(vi=label.vi, en=label.en)
