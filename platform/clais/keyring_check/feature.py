from clais.feature import Feature
from clais.keyring_check.models import KeyringCheck

FEATURE = Feature(name="keyring_check", package=__package__, tables=(KeyringCheck,))
