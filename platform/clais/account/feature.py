from clais.account import api, views
from clais.feature import Feature

FEATURE = Feature(name="account", package=__package__, pages=(views.pages,), api=(api.identity_api,))
