"""Each model says whose its rows are; one that does not is refused when the house is composed."""

import pytest

from clais.database import TableKind, kinds_of
from clais.exchange.publications.models import Scheme
from clais.exchange.referrals.models import Parcel, Withdrawal
from clais.identity.models import Membership
from tenants.people.models import Person


class Kindless:
    __tablename__ = "silent"


class Mistaken:
    __tablename__ = "mistaken"
    table_kind = "tenant"


def test_a_model_says_its_kind_or_inherits_it() -> None:
    assert kinds_of([Person, Parcel, Withdrawal, Membership, Scheme]) == {
        "person": TableKind.TENANT,
        "parcel": TableKind.CROSSING,
        "withdrawal": TableKind.CROSSING,
        "membership": TableKind.PERSON,
        "scheme": TableKind.PUBLICATION,
    }


@pytest.mark.parametrize("model", [Kindless, Mistaken])
def test_a_model_without_a_kind_is_refused(model: type) -> None:
    with pytest.raises(TypeError, match=f"{model.__name__} does not say its kind"):
        kinds_of([model])
