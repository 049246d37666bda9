from clais.account import api
from clais.account.views import passwords, places, sign_in
from clais.feature import Feature

FEATURE = Feature(
    name="account",
    package=__package__,
    pages=(sign_in.pages, places.pages, passwords.pages),
    api=(api.identity_api,),
)
