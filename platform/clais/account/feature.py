from clais.account import api
from clais.account.views import handed_over, passwords, places, sign_in
from clais.feature import Feature

FEATURE = Feature(
    name="account",
    package=__package__,
    pages=(sign_in.pages, places.pages, passwords.pages, handed_over.pages),
    api=(api.identity_api,),
)
