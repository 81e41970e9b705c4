"""One name for each permission, so that a route's signature reads as a sentence."""

from typing import Annotated

from fastapi import Depends

from chassis.auth import Permission, Principal
from contracts.vocabulary import Scope

CatalogueReader = Annotated[
    Principal, Depends(Permission((Scope.CATALOGUE_READ, Scope.CATALOGUE_WRITE)))
]
"""A caller who may read the directory and the catalogue."""

CatalogueWriter = Annotated[Principal, Depends(Permission((Scope.CATALOGUE_WRITE,)))]
"""A caller who may change the directory and the catalogue."""

DossierReader = Annotated[Principal, Depends(Permission((Scope.DOSSIERS_READ,)))]
"""A caller who may read dossiers."""

DossierWriter = Annotated[Principal, Depends(Permission((Scope.DOSSIERS_WRITE,)))]
"""A caller who may file dossiers and report their progress."""

Operator = Annotated[Principal, Depends(Permission((Scope.PARTNERS_ADMIN,)))]
"""A caller who operates the installation for its agency."""

ShipmentReader = Annotated[Principal, Depends(Permission((Scope.SHIPMENTS_READ,)))]
"""A caller who may read shipments."""

ShipmentWriter = Annotated[Principal, Depends(Permission((Scope.SHIPMENTS_WRITE,)))]
"""A caller who may order and confirm shipments."""

RatingReader = Annotated[Principal, Depends(Permission((Scope.RATINGS_READ,)))]
"""A caller who may read summaries of ratings."""

QuestionnaireReader = Annotated[
    Principal, Depends(Permission((Scope.RATINGS_READ, Scope.RATINGS_WRITE)))
]
"""A caller who may see which questionnaires there are, and which is asked where."""

RatingWriter = Annotated[Principal, Depends(Permission((Scope.RATINGS_WRITE,)))]
"""A caller who may hand citizens their rating links."""

OfficerResultsReader = Annotated[Principal, Depends(Permission((Scope.RATINGS_OFFICERS,)))]
"""The head of a unit, who may read what citizens said of its officers."""
CaseWorker = Annotated[
    Principal, Depends(Permission((Scope.RATINGS_CASES, Scope.RATINGS_INTEGRITY)))
]
"""A caller who works on cases of ratings: on plain ones, on those that tell of harassment, or on both."""

OriginalReader = Annotated[Principal, Depends(Permission((Scope.RATINGS_ORIGINALS,)))]
"""A caller who may open what a citizen wrote, of what they see by their other scopes."""

ActionReader = Annotated[Principal, Depends(Permission((Scope.RATINGS_READ, Scope.RATINGS_CASES)))]
"""A caller who may read the register of corrective actions."""

ActionKeeper = Annotated[Principal, Depends(Permission((Scope.RATINGS_CASES,)))]
"""A caller who keeps the register of corrective actions."""

EventReader = Annotated[Principal, Depends(Permission((Scope.EVENTS_READ,)))]
"""A caller who may follow the journal of changes."""

IndicatorReader = Annotated[Principal, Depends(Permission((Scope.INDICATORS_READ,)))]
"""A caller who may read figures and scoreboards."""

PeriodCloser = Annotated[
    Principal, Depends(Permission((Scope.PLANS_WRITE, Scope.INDICATORS_APPROVE)))
]
"""A caller who may close periods and restate them."""

FigureReader = Annotated[
    Principal,
    Depends(Permission((Scope.INDICATORS_READ, Scope.INDICATORS_REPORT, Scope.INDICATORS_APPROVE))),
]
"""A caller who may see reported figures and what is owed."""

FigureReporter = Annotated[Principal, Depends(Permission((Scope.INDICATORS_REPORT,)))]
"""A caller who reports figures of its agency."""

FigureApprover = Annotated[Principal, Depends(Permission((Scope.INDICATORS_APPROVE,)))]
"""A caller who approves what another one reported."""

WebhookOwner = Annotated[Principal, Depends(Permission((Scope.WEBHOOKS_MANAGE,)))]
"""A caller who may subscribe to changes."""
