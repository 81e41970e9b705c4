"""What the national portal is told of a dossier besides what anybody counts (`DongBoHoSoMC`)."""

from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.vocabulary import IdentityKind, PaidThrough
from contracts.wire import Instant, Line, Text, Wire

Token = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""A code of another system, kept as it was told."""

LongName = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Amount = Annotated[int, Field(ge=0, le=10**15)]
"""Vietnamese dong."""

Many = Field(max_length=100)


class IdentityPaper(Wire):
    """A paper that tells who the owner is (định danh chủ hồ sơ)."""

    kind: IdentityKind | None = None
    number: Token


class SubmittedFile(Wire):
    """A file handed in with a dossier (tài liệu nộp): where it lies, never its content."""

    id: Token | None = None
    name: LongName
    component: Token | None = None
    """The component it belongs to (mã thành phần hồ sơ)."""
    url: LongName | None = None
    deleted: bool = False
    digitised: bool | None = None
    """Whether it was digitised (được số hoá); not told when left out."""
    reused: Annotated[int, Field(ge=0, le=2)] | None = None
    """Whether it was used again (được tái sử dụng), by the portal's own codes."""
    from_national_store: bool | None = None
    """Whether it came from the national store of results (kho dữ liệu quốc gia)."""
    replaces_result: Token | None = None
    """The result that stands in for it (mã kết quả thay thế)."""


class FeeLine(Wire):
    """A fee or charge (phí, lệ phí). Code lists of `collection` and `kind` are not known: kept as told."""

    name: Line
    code: Token | None = None
    collection: Token | None = None
    """How it is collected (hình thức thu)."""
    amount: Amount | None = None
    kind: Token | None = None
    """What kind it is (loại phí, lệ phí)."""


class AttachedPaper(Wire):
    """Another paper attached (giấy tờ đính kèm khác)."""

    name: Line
    quantity: Annotated[int, Field(ge=0, le=100_000)] | None = None
    kind: Token | None = None
    """Original, copy...: the code list is not known, so it is kept as told."""


class SupplementTold(Wire):
    """A request for papers and its answer (yêu cầu bổ sung), with the promise before and after it.

    The steps of a dossier are what its clock goes by; this keeps what the portal is told besides.
    """

    id: Token | None = None
    asked_by: Line | None = None
    content: Text | None = None
    asked_at: Instant | None = None
    received_by: Line | None = None
    received_note: Text | None = None
    received_at: Instant | None = None
    status: Token | None = None
    papers: Annotated[list[AttachedPaper], Many] = []
    fees: Annotated[list[FeeLine], Many] = []
    due_before: Instant | None = None
    due_after: Instant | None = None


class ResultPaper(Wire):
    """A paper of the result (giấy tờ kết quả)."""

    name: LongName
    component: Token | None = None
    id: Token | None = None
    url: LongName | None = None
    code: Token | None = None
    """The result's code, e.g. ``KQ.G15.000342`` (mã giấy tờ kết quả)."""


class DossierParticulars(Wire):
    """What is kept of a dossier for the national portal; sealed like its applicant, purged with it."""

    abstract: Annotated[str, StringConstraints(min_length=1, max_length=1000)] | None = None
    """What it is about (trích yếu hồ sơ)."""
    receipt_number: Token | None = None
    """Number of the receipt (số biên nhận)."""
    tech_id: Token | None = None
    """The owner's account on the national portal (mã đối tượng, TechID)."""
    portal_code: Token | None = None
    """The code the national portal gave a dossier that was filed there (mã hồ sơ của Cổng)."""
    portal_reference: Token | None = None
    """The portal's own reference of the message that brought it (refId)."""
    fax: Line | None = None
    note: Text | None = None
    """Ghi chú."""
    other: Text | None = None
    """Thông tin khác."""
    return_note: Text | None = None
    """Thông tin trả."""
    unit: Line | None = None
    """The processing unit by its name (đơn vị xử lý)."""
    paid_through: PaidThrough | None = None
    """Which gateway the fees were paid through (được thanh toán trực tuyến)."""
    identities: Annotated[list[IdentityPaper], Many] = []
    databases: Annotated[list[Token], Many] = []
    """National databases that were consulted (kết nối CSDL), by the portal's codes."""
    files: Annotated[list[SubmittedFile], Many] = []
    fees: Annotated[list[FeeLine], Many] = []
    papers: Annotated[list[AttachedPaper], Many] = []
    supplements: Annotated[list[SupplementTold], Many] = []
    results: Annotated[list[ResultPaper], Many] = []
