from uuid import UUID

from uuid_utils.compat import uuid7

NIL = UUID(int=0)
"""The tenant of a user who is signed in without one: it matches no row."""


def new_id() -> UUID:
    """A new primary key: UUIDv7 (RFC 9562), made in Python so that the key of a row is known before the insert."""
    return uuid7()
