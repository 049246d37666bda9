"""Whether the database is what the migrations make, and who else comes into it."""

import re
from collections.abc import Collection

from sqlalchemy import Connection, text

from clais.database.roles import APPLICATION, OWNER, open_tools
from config.diagnosis.differences import differences
from config.diagnosis.finding import ATTENTION, FAULT, OK, Finding
from config.diagnosis.picture import expected, picture

SUBJECT = "Séparation"
MOST = 20
"""So many differences are told; of the others only how many there are."""
POWERS = (
    APPLICATION, OWNER, "pg_read_all_data", "pg_write_all_data", "pg_read_server_files", "pg_write_server_files",
    "pg_execute_server_program", "pg_maintain",
)  # fmt: skip
"""Roles whose members read or change what people confide, or can make themselves able to."""


def as_migrated(connection: Connection, known_logins: Collection[str] = ()) -> list[Finding]:
    """Whether tables, policies, rights and roles are what the migrations make: every difference is a fault."""
    wanted = expected()
    found = [line for line in picture(connection) if _grantee(line) not in known_logins]
    if not any(line.startswith("table ") for line in found):
        return [Finding(FAULT, SUBJECT, "Il n'y a pas de table.", "Lancez « clais db upgrade ».")]
    faults = differences(wanted, found)
    told = [Finding(FAULT, SUBJECT, fault.in_words(), fault.repair()) for fault in faults[:MOST]]
    if len(faults) > MOST:
        more = f"Et {len(faults) - MOST} autres différences avec ce que font les mises à jour."
        told.append(Finding(FAULT, SUBJECT, more, "Lancez d'abord « clais db upgrade », puis « clais doctor »."))
    return told or [
        Finding(OK, SUBJECT, f"Tables, règles, droits et rôles sont ceux des mises à jour ({len(wanted)} points).")
    ]


def _grantee(line: str) -> str:
    """Whom a right is given to, or nothing for lines of another kind."""
    found = re.match(r"grant ON .* TO \"?([^\" ]+)\"?: ", line)
    return found[1] if found else ""


def tools(connection: Connection) -> Finding:
    """Whether what an injected statement would need is closed to the application."""
    left = open_tools(connection)
    if left:
        return Finding(
            ATTENTION,
            "Outils du serveur",
            f"Ouverts à {APPLICATION} : {', '.join(left)}. La séparation tient ; une injection SQL irait plus loin.",
            "Lancez « clais db upgrade » avec un superutilisateur, ou demandez-lui : "
            f"REVOKE ALL ON {left[0]} FROM PUBLIC; GRANT ALL ON {left[0]} TO {OWNER}; et de même pour les autres.",
        )
    return Finding(OK, "Outils du serveur", "Ceux qui serviraient à une injection sont fermés à l'application.")


def logins(connection: Connection, known_logins: Collection[str] = ()) -> Finding:
    """Whether nobody but the application, the owner's login and the server's first superuser may see everything."""
    found = connection.execute(
        text(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles r WHERE rolcanlogin AND oid <> 10"
            " AND rolname NOT IN (session_user, :application) AND (rolsuper OR rolbypassrls OR rolreplication"
            " OR rolcreaterole OR EXISTS (SELECT 1 FROM pg_roles g WHERE g.oid <> r.oid"
            " AND (g.rolname = ANY (:powers) OR g.rolsuper OR g.rolbypassrls) AND pg_has_role(r.oid, g.oid, 'MEMBER')))"
            " ORDER BY rolname"
        ),
        {"application": APPLICATION, "powers": list(POWERS)},
    ).scalars()
    strangers = [name for name in found if name not in known_logins]
    if strangers:
        return Finding(
            FAULT,
            "Comptes",
            f"Peuvent voir ou changer ce que la séparation ferme : {', '.join(strangers)}.",
            f"DROP ROLE {strangers[0]}; ou, si ce compte est bien à vous : CLAIS_KNOWN_LOGINS={','.join(strangers)}",
        )
    return Finding(OK, "Comptes", "Aucun autre compte du serveur n'a de droits ici.")
