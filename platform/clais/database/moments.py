from datetime import datetime, timedelta

from sqlalchemy import BindParameter, DateTime, bindparam

from clais.clock import now


def moment(before: timedelta = timedelta()) -> BindParameter[datetime]:
    """The present moment, or so long before it, as it is at each run of a statement that is built once."""
    return bindparam(None, callable_=lambda: now() - before, type_=DateTime(timezone=True))
