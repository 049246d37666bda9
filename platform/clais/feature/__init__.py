"""What a feature folder gives to the house: its manifest, and the application composed of the manifests."""

from clais.feature.composition import Composition, composition, install_composition
from clais.feature.manifest import Feature

__all__ = ["Composition", "Feature", "composition", "install_composition"]
