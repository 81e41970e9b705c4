"""Which questionnaires there are, and which of them is asked where."""

from fastapi import APIRouter, Response

from chassis.edge import StrictRoute
from chassis.permissions import Operator, QuestionnaireReader
from chassis.web import Reading, Works, refusals
from contracts.rating import ChoiceView, QuestionnaireChosen, QuestionnaireList
from contracts.vocabulary import Occasion
from contracts.wire import Code
from services.rating import choosing, questionnaire_views

router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.get("/rating-questionnaires", tags=["ratings"])
async def read_questionnaires(caller: QuestionnaireReader, uow: Reading) -> QuestionnaireList:
    """Every questionnaire with its options, what each counts as and where it comes from, and the choices."""
    return questionnaire_views.everything(await choosing.choices_within(caller, uow))


@router.put(
    "/rating-questionnaires/choices/{agency}/{occasion}",
    tags=["ratings"],
    response_model=ChoiceView,
    responses=refusals(
        choosing.UnknownAgency,
        choosing.UnknownQuestionnaire,
        choosing.QuestionnaireForOtherOccasions,
        choosing.ChoiceInThePast,
    ),
)
async def choose_questionnaire(
    agency: Code, occasion: Occasion, wanted: QuestionnaireChosen, caller: Operator, work: Works
) -> Response:
    """Choose what new invitations of an occasion ask in an agency and below it, from a day on."""
    return await work.answer(
        choosing.choose_questionnaire,
        agency,
        occasion,
        wanted,
        caller,
        show=lambda row: (200, questionnaire_views.choice(row)),
    )
