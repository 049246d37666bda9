from config.documents.composed import addresses
from config.documents.markdown import page, table


def routes_page() -> str:
    """Method, path and permission of each route, one a line."""
    return page(
        "Routes",
        "What a reviewer reads when a route is added: who may ask for it, and what it is for.",
        table(
            ("Method", "Path", "Permission", "View", "Purpose"),
            ((one.method, f"`{one.rule}`", one.permission, f"`{one.endpoint}`", one.purpose) for one in addresses()),
        ),
    )
