from clais.feature import Feature
from tenants.file import views

FEATURE = Feature(name="file", package=__package__, pages=(views.pages,))
