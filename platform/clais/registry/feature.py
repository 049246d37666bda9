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

FEATURE = Feature(
    name="registry",
    package=__package__,
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
