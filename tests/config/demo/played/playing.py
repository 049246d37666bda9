"""Plays what the demo claims of some people through the actions, in a basin of their own."""

from collections.abc import Iterable
from itertools import chain

from clais.exchange.referrals.models import Referral
from tests.config.demo.played import exits, follow_up, orientation, papers, people, referrals, situation, tasks
from tests.config.demo.played.rows import DemoRows, Row
from tests.config.demo.played.world import World
from tests.support.federation import Federation


def play(federation: Federation, rows: DemoRows, persons: Iterable[Row]) -> World:
    """Do all that was done with these people, act by act, each at its moment."""
    chosen = list(persons)
    world = World(federation, rows)
    world.played = {row["id"] for one in chosen for row in rows.of(Referral, person_id=one["id"])}
    acts = [
        act
        for one in chosen
        for act in chain(
            people.acts(world, one),
            situation.acts(world, one),
            orientation.acts(world, one),
            follow_up.acts(world, one),
            exits.acts(world, one),
            tasks.acts(world, one),
            papers.acts(world, one),
            referrals.acts(world, one),
        )
    ]
    for act in sorted(acts, key=lambda act: (act.moment, act.order)):
        act.play()
    return world
