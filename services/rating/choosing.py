"""Which questionnaire an agency asks: its own choice, else that of one above it, else the default."""

from collections.abc import Iterable, Sequence
from datetime import date

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.problems import Invalid, NotFound
from contracts.rating import QuestionnaireChosen
from contracts.vocabulary import VIETNAM, Occasion
from services.rating.queries_choices import choices_for, every_choice
from services.rating.questionnaires import Questionnaire, chosen, questionnaires
from services.rating.tables import QuestionnaireChoice


class UnknownAgency(NotFound):
    """No such agency is within your reach."""

    title_vi = "Không tìm thấy cơ quan này"


class UnknownQuestionnaire(Invalid):
    """There is no such questionnaire in this version."""

    title_vi = "Không có phiếu đánh giá này"


class QuestionnaireForOtherOccasions(Invalid):
    """This questionnaire does not ask about this occasion."""

    title_vi = "Phiếu đánh giá này không dùng cho dịp đánh giá này"


class ChoiceInThePast(Invalid):
    """A choice holds from today on at the earliest: what was asked stays as it was asked."""

    title_vi = "Chỉ chọn được phiếu đánh giá từ hôm nay trở đi"


def in_force(
    lineage: Sequence[str], choices: Iterable[QuestionnaireChoice], day: date
) -> str | None:
    """The questionnaire in force for an agency on a day: of the nearest above it that chose, the latest.

    `lineage` is the agency and everything above it, upwards. None where nobody chose.
    """
    latest: dict[str, QuestionnaireChoice] = {}
    for choice in choices:
        known = latest.get(choice.agency)
        if choice.valid_from <= day and (known is None or known.valid_from < choice.valid_from):
            latest[choice.agency] = choice
    stands = (latest[one].questionnaire for one in lineage if one in latest)
    return next((told for told in stands if told is not None), None)


async def chosen_for(agency: str | None, occasion: Occasion, uow: UnitOfWork) -> Questionnaire:
    """What a new invitation of an occasion asks in an agency; the default while nobody knows the agency."""
    if agency is None:
        return chosen()[occasion]
    rows = await choices_for(occasion, uow)
    if not rows:
        # Nobody has chosen yet, as in most places: where the agency stands makes no difference.
        return chosen()[occasion]
    lineage = await running_of(uow).tree.lineage(agency)
    told = in_force(lineage, rows, uow.now.astimezone(VIETNAM).date())
    # One that this version of the software does not ship cannot be asked.
    return questionnaires().get(told or "", chosen()[occasion])


async def choose_questionnaire(
    agency: str,
    occasion: Occasion,
    wanted: QuestionnaireChosen,
    caller: Principal,
    uow: UnitOfWork,
) -> QuestionnaireChoice:
    """Choose what new invitations of an occasion ask in an agency and below it, from a day on.

    The same day chosen again is chosen anew. Raises `UnknownAgency`, `UnknownQuestionnaire`,
    `QuestionnaireForOtherOccasions` or `ChoiceInThePast`.
    """
    tree = running_of(uow).tree
    if not await tree.knows(agency) or not await tree.covers(caller, agency):
        raise UnknownAgency("Name an agency within your reach.")
    own = await tree.canonical(agency)
    today = uow.now.astimezone(VIETNAM).date()
    day = wanted.valid_from or today
    if day < today:
        raise ChoiceInThePast(f"Choose {today} or a later day.")
    if wanted.questionnaire is not None:
        told = questionnaires().get(wanted.questionnaire)
        if told is None:
            raise UnknownQuestionnaire(f"Choose one of {', '.join(questionnaires())}.")
        if occasion not in told.occasions:
            raise QuestionnaireForOtherOccasions(f"It asks about {', '.join(told.occasions)}.")
    row = await uow.get(QuestionnaireChoice, own, occasion, day)
    if row is None:
        row = QuestionnaireChoice.of(agency=own, occasion=occasion, valid_from=day, revision=0)
        uow.add(row)
    row.change(
        questionnaire=wanted.questionnaire,
        chosen_at=uow.now,
        client=caller.client,
        revision=row.revision + 1,
    )
    return row


async def choices_within(caller: Principal, uow: UnitOfWork) -> list[QuestionnaireChoice]:
    """Every choice made for the caller's agency, for one below it or, because it holds there, above it."""
    tree = running_of(uow).tree
    rows = await every_choice(uow)
    reach = await tree.reach(caller.agency)
    if reach is None:
        return rows
    above = await tree.lineage(caller.agency) if caller.agency else []
    return [row for row in rows if row.agency in reach or row.agency in above]
