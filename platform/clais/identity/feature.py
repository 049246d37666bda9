from clais.feature import Feature
from clais.feature.closing import Holding
from clais.identity.models import (
    ApiToken,
    Invitation,
    Membership,
    PasswordReset,
    SignInAttempt,
    UserAccount,
    UserSession,
)
from clais.identity.queries import number_of_members
from clais.identity.trail import TRAIL
from clais.translation import N_

FEATURE = Feature(
    name="identity",
    package=__package__,
    trail=TRAIL,
    holdings=(Holding(N_("Members"), number_of_members),),
    tables=(UserAccount, Membership, UserSession, Invitation, PasswordReset, ApiToken, SignInAttempt),
)
