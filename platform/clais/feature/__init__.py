"""Feature manifests, and the application that is composed of them."""

from clais.feature.composition import Composition, composition, install_composition
from clais.feature.manifest import Feature

__all__ = ["Composition", "Feature", "composition", "install_composition"]
