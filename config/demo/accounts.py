"""Who can sign in to the demo: invented people, addresses under .example, one documented password."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from clais.database import Scope
from clais.identity.models import Membership, UserAccount
from clais.identity.secrets import email_hash
from config.demo.engine.desk import Colleague
from config.demo.engine.dice import Dice
from config.demo.engine.french import of
from config.demo.engine.ledger import Ledger, write_once
from config.demo.engine.places import PLACES, SUPPORT_CENTRE_NAME, SUPPORT_CENTRE_SLUG

PASSWORD = "le train de Thuin part à midi"  # noqa: S105 - the demo's, printed with each account.
ADMINISTRATOR = ("Chantal Navez", "chantal.navez@bassin.example")


@dataclass(frozen=True, slots=True)
class Account:
    """How one signs in to the demo, and as whom."""

    email: str
    password: str
    who: str
    where: str
    role: str


@dataclass(frozen=True, slots=True)
class Post:
    """Someone's work: where, in which role, for which organisation."""

    slug: str
    role: str
    who: str
    organisation: str

    @property
    def email(self) -> str:
        """Their address, under a name that nobody can own (RFC 2606)."""
        return f"{_plain(self.who)}@{HOME.get(self.who, self.slug)}.example"


HOME = {"Marie-Paule Gobbe": "farciennes"}
"""Where the address of someone with two memberships is."""

_AGENTS = {
    "farciennes": ("Nadia Lambert", "Luc Delhaye", "Paul Henin", "Julie Skalski"),
    "aiseau-presles": ("Sandrine Bayet", "Olivier Cambier", "Rosa Mancini", "Kevin Wilmart"),
    "anderlues": ("Mehdi Bouzar", "Anne Stassin", "Jean-Luc Hecq", "Laetitia Michel"),
    "chapelle-lez-herlaimont": ("Carine Dauphin", "Yves Blampain", "Sabine Defrère", "Thomas Quinet"),
    "courcelles": ("Fatiha Zerkani", "David Meurisse", "Bernadette Pirmez", "Sarah Tilmant"),
    "fontaine-l-eveque": ("Vincent Scohy", "Gaëlle Hubinon", "Michel Baudoux", "Aurore Depasse"),
    "pont-a-celles": ("Isabelle Ghislain", "Benoît Wautelet", "Marc Rousseaux", "Elodie Piron"),
    "thuin": ("Pascale Lefort", "Hugo Vandamme", "Françoise Navaux", "Chloé Delcourt"),
}
_PLATFORM_POSTS = (("agent", "CPAS"), ("agent", "ALE"), ("coordinator", "CPAS"), ("receptionist", "CPAS"))
_CENTRE = (
    ("support_officer", "Marc Delvaux"), ("support_officer", "Leïla Haddou"), ("trainer", "Christine Dupuis"),
    ("supervisor", "Philippe Andries"),
)  # fmt: skip
_EXTRA = (
    Post("courcelles", "agent", "Samir Kaddouri", "Régie des quartiers"),
    Post("farciennes", "agent", "Marie-Paule Gobbe", "Régie des quartiers"),
    Post("aiseau-presles", "agent", "Marie-Paule Gobbe", "Régie des quartiers"),
)
_PLACE_NAMES = {SUPPORT_CENTRE_SLUG: SUPPORT_CENTRE_NAME, **{place.slug: place.name for place in PLACES}}


def posts(slugs: tuple[str, ...]) -> list[Post]:
    """Every post of the demo in these tenants, the first one first."""
    found = [
        Post(slug, role, who, f"{kind} {of(_PLACE_NAMES[slug])}")
        for slug, names in _AGENTS.items()
        for who, (role, kind) in zip(names, _PLATFORM_POSTS, strict=True)
    ]
    found += [Post(SUPPORT_CENTRE_SLUG, role, who, "Mission régionale") for role, who in _CENTRE]
    return [post for post in (*found, *_EXTRA) if post.slug in slugs]


def accounts(slugs: tuple[str, ...]) -> list[Account]:
    """How to sign in as each of them, the administrator last; someone with two posts has a line for each."""
    who, email = ADMINISTRATOR
    return [
        *(Account(post.email, PASSWORD, post.who, _PLACE_NAMES[post.slug], post.role) for post in posts(slugs)),
        Account(email, PASSWORD, who, "", "federation_admin"),
    ]


def write_account(
    engine: Engine, dice: Dice, moment: datetime, who: str, email: str, password_hash: str, *, administers: bool = False
) -> UUID:
    """Write one account, unless it is there, in the scope that opens that account and nothing else."""
    ledger = Ledger(UUID(int=0))
    key = ledger.add(
        UserAccount, dice, moment, email=email, email_hash=email_hash(email), display_name=who,
        password_hash=password_hash, password_changed_at=moment, administers=administers,
    )  # fmt: skip
    write_once(engine, Scope(user_id=key, administers=administers), ledger)
    return key


def hire(ledger: Ledger, dice: Dice, moment: datetime, post: Post, user_id: UUID) -> Colleague:
    """Make someone a member of the ledger's tenant."""
    key = ledger.add(
        Membership, dice, moment, user_id=user_id, role=post.role, display_name=post.who, email=post.email,
        organisation=post.organisation,
    )  # fmt: skip
    return Colleague(key, user_id, post.who, post.email, post.role, post.organisation)


def _plain(who: str) -> str:
    table = str.maketrans("éèêëïîôçàâ ", "eeeeiiocaa.")
    return who.casefold().translate(table)
