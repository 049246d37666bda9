"""What is put on record of accounts and memberships, in words."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "session.open": N_("%(who)s signed in"),
        "session.enter": N_("%(who)s came to work here"),
        "session.close": N_("%(who)s signed out"),
        "membership.begin": N_("%(who)s made someone a member"),
        "membership.change_role": N_("%(who)s changed the role of a member"),
        "membership.end": N_("%(who)s ended the work of a member here"),
        "account.invite": N_("%(who)s made an invitation"),
        "account.ask_password": N_("%(who)s asked for a link to choose another password"),
        "account.choose_password": N_("%(who)s chose a password"),
        "account.disable": N_("%(who)s closed an account"),
        "account.enable": N_("%(who)s opened an account again"),
        "token.create": N_("%(who)s made an access key for a program"),
        "token.revoke": N_("%(who)s ended an access key for a program"),
    }
)
