"""How large a request may be, in bytes. The server holds it in memory until it is whole."""

MAXIMUM_BODY = 2 * 1024 * 1024
MAXIMUM_UPLOAD = 21 * 1024 * 1024
"""Of the forms that bring a file: more than the largest file, so that one that is too large is refused in words."""
