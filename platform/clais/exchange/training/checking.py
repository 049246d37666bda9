"""What a certificate says to who has its number, and is not signed in. Misses are counted, by address."""

from typing import NamedTuple

from clais.clock import today
from clais.database import Scope, unit_of_work
from clais.exchange.training.models import Certificate
from clais.exchange.training.numbers import typed_number
from clais.exchange.training.queries import certificate_by_number, period_of
from clais.exchange.training.rules.periods import Standing, standing_of
from clais.identity.failures import (
    MAXIMUM_FAILURES_PER_ADDRESS,
    TooManyAttempts,
    count_failure,
    recent_failures,
    take_back_failures,
)
from clais.identity.secrets import keyed_hash, token_hash
from clais.services import Services
from clais.web.formatting import person_initials


class Checked(NamedTuple):
    """A certificate as anybody may read it."""

    number: str
    course: str
    issuer: str
    initials: str
    certificate: Certificate
    standing: Standing


def check_number(services: Services, typed: str, address: str) -> Checked | None:
    """What a number says; None for one that no certificate has. Raises TooManyAttempts after many that none has.

    A try counts before it is made, so that a hundred at once count as a hundred; one that found something is taken
    back.
    """
    subject = keyed_hash(services.secret, "certificate address", address)
    with unit_of_work(services.engine, Scope()) as database:
        attempt = count_failure(database, subject)
    with unit_of_work(services.engine, Scope()) as database:
        too_many = recent_failures(database, subject) > MAXIMUM_FAILURES_PER_ADDRESS
    if too_many:
        raise TooManyAttempts
    number = typed_number(typed)
    hashed = token_hash(number)
    with unit_of_work(services.engine, Scope(credential_hash=hashed)) as database:
        certificate = certificate_by_number(database, hashed) if number else None
    if certificate is None:
        return None
    with unit_of_work(services.engine, Scope()) as database:
        take_back_failures(database, attempt)
    initials = person_initials(certificate.holder_name) if certificate.holder_name else ""
    standing = standing_of(period_of(certificate), today())
    return Checked(
        certificate.number, certificate.course_title, certificate.issuer_name, initials, certificate, standing
    )
