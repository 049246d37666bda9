from clais.feature import Feature
from clais.identity.models import (
    ApiToken,
    Invitation,
    Membership,
    PasswordReset,
    SignInAttempt,
    UserAccount,
    UserSession,
)
from clais.identity.trail import TRAIL

FEATURE = Feature(
    name="identity",
    package=__package__,
    trail=TRAIL,
    tables=(UserAccount, Membership, UserSession, Invitation, PasswordReset, ApiToken, SignInAttempt),
)
