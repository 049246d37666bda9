"""Whether the keys of the installation are those of its database."""

from sqlalchemy import Connection, select

from clais.database import Scope
from clais.encryption import InvalidKeyring, Keyring
from clais.keyring_check.queries import has_check, opens_check
from clais.registry.models import Tenant
from config.diagnosis.database import enter
from config.diagnosis.finding import FAULT, OK, Finding
from config.keys import holds_something, unreadable
from config.settings import Settings

SUBJECT = "Clés"


def keys(connection: Connection, settings: Settings) -> Finding:
    """Whether the keyring opens the check value, and the first and last sealed row of each tenant and table.

    One tenant after the other, each in its own scope: nothing sees them all.
    """
    path = settings.keyring_path
    advice = (
        f"Arrêtez le service et remettez à {path} le fichier qui va avec cette base ; il se garde avec les sauvegardes."
    )
    enter(connection, Scope())
    places = connection.execute(select(Tenant.id, Tenant.slug).order_by(Tenant.slug)).all()
    try:
        keyring = Keyring.from_file(path)
    except FileNotFoundError:
        used = has_check(connection)
        for place in places:
            enter(connection, Scope(tenant_id=place.id))
            used = used or holds_something(connection, place.id)
        if used:
            return Finding(FAULT, SUBJECT, f"{path} manque, et cette base a déjà servi.", advice)
        return Finding(OK, SUBJECT, "Elles seront faites au premier démarrage.")
    except InvalidKeyring as error:
        return Finding(FAULT, SUBJECT, f"{path} n'est pas utilisable ({error}).", advice)
    closed = ["la valeur de contrôle"] if opens_check(connection, keyring) is False else []
    for place in places:
        enter(connection, Scope(tenant_id=place.id))
        closed += [f"{column} de {place.slug}" for column in unreadable(connection, keyring, place.id)]
    if closed:
        return Finding(
            FAULT, SUBJECT, f"Ce ne sont pas celles de cette base : {', '.join(closed)} ne s'ouvre pas.", advice
        )
    return Finding(OK, SUBJECT, f"Elles ouvrent ce que {len(places)} lieux ont de chiffré.")
