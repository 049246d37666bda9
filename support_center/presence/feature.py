from clais.feature import Feature
from support_center.presence.trail import TRAIL
from support_center.presence.views import grid

FEATURE = Feature(name="presence", package=__package__, trail=TRAIL, pages=(grid.pages,))
