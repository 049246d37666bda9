from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, Date, DateTime, bindparam

from clais.clock import now, today


def moment(before: timedelta = timedelta()) -> BindParameter[datetime]:
    """The present moment, or so long before it, as it is at each run of a statement that is built once."""
    return bindparam(None, callable_=lambda: now() - before, type_=DateTime(timezone=True))


def present_day(before: timedelta = timedelta()) -> BindParameter[date]:
    """Today, or so many days before, as it is at each run of a statement that is built once."""
    return bindparam(None, callable_=lambda: today() - before, type_=Date())
