"""The codes of a referral that both wings say, and their words."""

from clais.translation import N_

AGE_BANDS = {
    "under_18": N_("under 18"),
    "18_24": N_("18 to 24 years"),
    "25_29": N_("25 to 29 years"),
    "30_34": N_("30 to 34 years"),
    "35_39": N_("35 to 39 years"),
    "40_44": N_("40 to 44 years"),
    "45_49": N_("45 to 49 years"),
    "50_54": N_("50 to 54 years"),
    "55_59": N_("55 to 59 years"),
    "60_plus": N_("60 years and over"),
}
"""The age classes of `clais.numbers.age_band`."""
