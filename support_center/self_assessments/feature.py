from clais.feature import Feature
from support_center.self_assessments import views

FEATURE = Feature(name="platform_assessments", package=__package__, pages=(views.pages,))
