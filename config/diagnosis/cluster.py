"""Whether each server of a Citus cluster has the policies that its coordinator has."""

import json

from sqlalchemy import Connection, text

from config.diagnosis.finding import FAULT, OK, Finding
from config.distribution import already_spread

SUBJECT = "Serveurs du cluster"
# A shard has the name of its table and a number. What a policy is read as is left out: shards have each as permissive.
POLICIES = (
    "SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_array(regexp_replace(polrelid::regclass::text, '_[0-9]+$', ''),"
    " polname, polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))), '[]')::text"
    " FROM pg_policy"
)
ON_EVERY_NODE = text("SELECT nodename, nodeport, success, result FROM run_command_on_all_nodes(:command)")


def policies(connection: Connection) -> list[Finding]:
    """Compare the policies of every server with those here; nothing where the database is on one server."""
    spread = already_spread(connection)
    if not spread:
        return []
    wanted = {
        tuple(policy)
        for policy in json.loads(connection.execute(text(POLICIES)).scalar_one())
        if policy[0].rpartition(".")[2] in spread
    }
    answers = connection.execute(ON_EVERY_NODE, {"command": POLICIES}).all()
    found = [
        _finding(f"{row.nodename}:{row.nodeport}", wanted, spread, row.result, success=row.success) for row in answers
    ]
    faults = [finding for finding in found if finding is not None]
    return faults or [Finding(OK, SUBJECT, f"Les {len(answers)} serveurs ont les règles du coordinateur.")]


def _finding(
    node: str, wanted: set[tuple[str | None, ...]], spread: set[str], result: str, *, success: bool
) -> Finding | None:
    if not success:
        return Finding(
            FAULT, SUBJECT, f"{node} ne répond pas.", "Remettez-le en marche, puis relancez « clais doctor »."
        )
    theirs = {tuple(policy) for policy in json.loads(result) if policy[0].rpartition(".")[2] in spread}
    wrong = sorted({f"{policy[0]}.{policy[1]}" for policy in wanted ^ theirs})
    if not wrong:
        return None
    told = ", ".join(wrong[:5]) + (f" et {len(wrong) - 5} autres" if len(wrong) > 5 else "")  # noqa: PLR2004 - a line.
    return Finding(
        FAULT,
        SUBJECT,
        f"{node} n'a pas les mêmes règles que le coordinateur : {told}.",
        "Coupez l'accès tout de suite, puis recréez ces règles sur le coordinateur, qui les renvoie à chaque serveur.",
    )
