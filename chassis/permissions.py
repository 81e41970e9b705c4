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

ShipmentReader = Annotated[Principal, Depends(Permission((Scope.SHIPMENTS_READ,)))]
"""A caller who may read shipments."""

ShipmentWriter = Annotated[Principal, Depends(Permission((Scope.SHIPMENTS_WRITE,)))]
"""A caller who may order and confirm shipments."""

RatingReader = Annotated[Principal, Depends(Permission((Scope.RATINGS_READ,)))]
"""A caller who may read summaries of ratings."""

RatingWriter = Annotated[Principal, Depends(Permission((Scope.RATINGS_WRITE,)))]
"""A caller who may hand citizens their rating links."""

EventReader = Annotated[Principal, Depends(Permission((Scope.EVENTS_READ,)))]
"""A caller who may follow the journal of changes."""

IndicatorReader = Annotated[Principal, Depends(Permission((Scope.INDICATORS_READ,)))]
"""A caller who may read figures and scoreboards."""
