from clais.feature import Feature
from clais.identity.models import ApiToken, Invitation, Membership, SignInAttempt, UserAccount, UserSession

FEATURE = Feature(
    name="identity",
    package=__package__,
    tables=(UserAccount, Membership, UserSession, Invitation, ApiToken, SignInAttempt),
)
