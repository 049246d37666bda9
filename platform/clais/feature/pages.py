"""Routes as data: modules of views declare them, and the application registers them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
"""Anyone, signed in or not, as on the sign-in page."""
SIGNED_IN = "signed in"
"""Any signed-in user, with or without a role: choosing a tenant, signing out."""

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
    """One route. `only_a_click` marks a POST that accepts no field, `brings_a_file` one whose body may be larger."""

    rule: str
    view: Callable[..., Any]
    permission: str
    methods: tuple[str, ...]
    only_a_click: bool = False
    brings_a_file: bool = False

    @property
    def endpoint(self) -> str:
        """The name of the view; the application adds the name of the feature as a prefix."""
        return self.view.__name__


class Pages:
    """The routes of one module of views, under the slug of the current tenant unless `in_tenant` is False.

    Views do not receive the slug. A manifest lists the `Pages` of its modules; importing registers nothing.
    """

    def __init__(self, *, in_tenant: bool = True) -> None:
        self.in_tenant = in_tenant
        self.routes: list[Route] = []

    def route(
        self,
        rule: str,
        permission: str,
        methods: Sequence[str] = ("GET",),
        *,
        only_a_click: bool = False,
        brings_a_file: bool = False,
    ) -> Callable[[View], View]:
        """Declare a view and the permission that it requires."""

        def declare(view: View) -> View:
            self.routes.append(Route(rule, view, permission, tuple(methods), only_a_click, brings_a_file))
            return view

        return declare

    def page(self, rule: str, permission: str) -> Callable[[View], View]:
        """A GET route."""
        return self.route(rule, permission)

    def form(self, rule: str, permission: str) -> Callable[[View], View]:
        """A form: GET shows it, POST submits it."""
        return self.route(rule, permission, ("GET", "POST"))

    def form_with_file(self, rule: str, permission: str) -> Callable[[View], View]:
        """A form that may bring a file."""
        return self.route(rule, permission, ("GET", "POST"), brings_a_file=True)

    def post(self, rule: str, permission: str) -> Callable[[View], View]:
        """A POST route."""
        return self.route(rule, permission, ("POST",))

    def button(self, rule: str, permission: str) -> Callable[[View], View]:
        """A POST route of a single button: every field is refused."""
        return self.route(rule, permission, ("POST",), only_a_click=True)
