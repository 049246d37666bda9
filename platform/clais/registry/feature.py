from clais.feature import Feature
from clais.registry.models import (
    Basin,
    Municipality,
    Occupation,
    OccupationWord,
    Partner,
    PostalCode,
    ReferenceCounter,
    Tenant,
    TenantTerritory,
)
from clais.registry.trail import TRAIL

FEATURE = Feature(
    name="registry",
    package=__package__,
    trail=TRAIL,
    tables=(
        Basin,
        Tenant,
        TenantTerritory,
        Municipality,
        PostalCode,
        Occupation,
        OccupationWord,
        ReferenceCounter,
        Partner,
    ),
)
