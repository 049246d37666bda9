"""Routes as data: a module of views declares them, the application is built from them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
"""Anyone, signed in or not: sign-in, the list of permissions that may only shrink."""
SIGNED_IN = "signed in"
"""Anyone who is signed in, in any role or none: choosing where to work, signing out."""

_PERMISSION = "clais_permission"


def requires(permission: str) -> Callable[[View], View]:
    """Declare the permission of a view that is not registered through `Pages`, as in the API."""

    def mark(view: View) -> View:
        setattr(view, _PERMISSION, permission)
        return view

    return mark


def permission_of_view(view: object) -> str | None:
    """The permission that a view declares."""
    return getattr(view, _PERMISSION, None)


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `only_a_click` marks a POST that takes no field."""

    rule: str
    view: Callable[..., Any]
    permission: str
    methods: tuple[str, ...]
    only_a_click: bool = False

    @property
    def endpoint(self) -> str:
        """The name of the view; the application puts that of the feature before it."""
        return self.view.__name__


class Pages:
    """The routes of one module of views, below the slug of the tenant at work unless `in_tenant` is False.

    Views never see the slug. A manifest names the `Pages` of its modules; nothing is registered by an import.
    """

    def __init__(self, *, in_tenant: bool = True) -> None:
        self.in_tenant = in_tenant
        self.routes: list[Route] = []

    def route(
        self, rule: str, permission: str, methods: Sequence[str] = ("GET",), *, only_a_click: bool = False
    ) -> Callable[[View], View]:
        """Declare a view and the permission that it asks for."""

        def declare(view: View) -> View:
            self.routes.append(Route(rule, view, permission, tuple(methods), only_a_click))
            return view

        return declare

    def page(self, rule: str, permission: str) -> Callable[[View], View]:
        """A GET route."""
        return self.route(rule, permission)

    def form(self, rule: str, permission: str) -> Callable[[View], View]:
        """A form: GET shows it, POST takes it."""
        return self.route(rule, permission, ("GET", "POST"))

    def post(self, rule: str, permission: str) -> Callable[[View], View]:
        """A POST route."""
        return self.route(rule, permission, ("POST",))

    def button(self, rule: str, permission: str) -> Callable[[View], View]:
        """A POST route that asks for nothing but the click: whatever field comes along is refused."""
        return self.route(rule, permission, ("POST",), only_a_click=True)
