from collections.abc import Iterator
from contextlib import contextmanager

from clais.feature import Feature, install_composition
from clais.web.routing import Application
from config.features import FEATURES


@contextmanager
def composed_with(app: Application, feature: Feature) -> Iterator[None]:
    """`app` with one more manifest, whose pages are not served; as before at the end."""
    install_composition(app, (*FEATURES, feature))
    try:
        yield
    finally:
        install_composition(app, FEATURES)
