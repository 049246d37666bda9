"""What is said of someone on a half-day, and the sign of each on the list."""

from clais.translation import N_

MARKS = {
    "present": N_("is there"),
    "late": N_("there, late"),
    "absent": N_("absent, reason to say"),
    "excused": N_("absent, good reason"),
    "unexcused": N_("absent, no reason"),
    "ours": N_("because of us, does not count"),
}
SIGNS = {
    "present": "✓",
    "late": N_("R"),
    "absent": "✕",
    "excused": N_("V"),
    "unexcused": N_("S"),
    "ours": N_("N"),
}
"""Beside the sign, the words are always said to who does not see it."""
THERE = frozenset({"present", "late"})
ABSENT = frozenset({"absent", "excused", "unexcused", "ours"})
REASONS = {
    "excused": N_("Good reason"),
    "unexcused": N_("No reason"),
    "ours": N_("Because of us"),
    "absent": N_("Not known yet"),
}
"""The answers to why someone was not there, as buttons."""
