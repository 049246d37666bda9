"""One style sheet and one script for all pages of an application: the platform's files, then those of its features.

They are joined in memory when the application starts, without the comments. Nothing is written to disk: processes share
only their sources, and two applications in one process each have the files of their own features.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

from whitenoise.responders import NOT_ALLOWED_RESPONSE, Response

SHEETS = (
    "theme",
    "buttons",
    "frame",
    "menus",
    "messages",
    "dialogs",
    "navigation",
    "sheets",
    "facts",
    "rows",
    "tags",
    "tables",
    "matrix",
    "listing",
    "path",
    "figures",
    "timeline",
    "folds",
    "forms",
    "fields",
    "choices",
    "combobox",
    "paper",
)
"""The style sheets of the platform in `static/css/`, in the order in which browsers read them: a later one wins."""
SCRIPTS = ("app", "history", "forms", "typing", "combobox", "kept", "picking")
"""The scripts of the platform in `static/js/`, in the order in which they run."""

STYLES_NAME, SCRIPTS_NAME = "clais.css", "clais.js"
"""The names that templates use for the two."""

_IN_A_SHEET = re.compile(r"[ \t]*/\*.*?\*/", re.DOTALL)
_IN_A_SCRIPT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
"""Comments, which are a fifth of what goes out otherwise: in a script, those that have a line of their own."""


def content_hash(content: bytes) -> str:
    """Twelve hexadecimal digits that change with the content."""
    return hashlib.sha256(content).hexdigest()[:12]


def hashed_name(name: str, content: bytes) -> str:
    """`images/icon.svg` becomes `images/icon.<hash>.svg`."""
    path = Path(name)
    return path.with_name(f"{path.stem}.{content_hash(content)}{path.suffix}").as_posix()


@dataclass(frozen=True)
class Bundle:
    """Several files as one, under a name with a hash of its content."""

    name: str
    body: bytes

    @property
    def served(self) -> str:
        """The name under which it is served."""
        return hashed_name(self.name, self.body)


def bundles(root: Path, folders: Iterable[Path]) -> tuple[Bundle, Bundle]:
    """The style sheet and the script of an application with the features in `folders`; `root` is the platform's folder.

    The same folders in the same order give the same content. Raises FileNotFoundError when a style sheet of
    the platform is missing.
    """
    features = list(folders)
    styles = [root / "css" / f"{name}.css" for name in SHEETS]
    scripts = [root / "js" / f"{name}.js" for name in SCRIPTS]
    return (
        Bundle(STYLES_NAME, _joined([*styles, *_feature_files(features, "*.css")], _styles)),
        Bundle(SCRIPTS_NAME, _joined([*scripts, *_feature_files(features, "*.js")], _isolated)),
    )


def _feature_files(folders: Sequence[Path], pattern: str) -> Iterator[Path]:
    return (path for folder in folders for path in sorted((folder / "static").glob(pattern)))


def _joined(paths: Iterable[Path], prepared: Callable[[str], str]) -> bytes:
    return "\n".join(prepared(path.read_text(encoding="utf-8")) for path in paths).encode()


def _styles(sheet: str) -> str:
    return _IN_A_SHEET.sub("", sheet)


def _isolated(script: str) -> str:
    # Each script runs as if in its own file: names do not clash, and an error is reported and stops no other script.
    acts = _IN_A_SCRIPT.sub("", script)
    return f'(() => {{ "use strict"; try {{\n{acts}}} catch (fault) {{ reportError(fault); }} }})();'


class FileInMemory:
    """A file that WhiteNoise serves from memory, compressed if the browser accepts that, and cached for ever."""

    def __init__(self, body: bytes, headers: Iterable[tuple[str, str]]) -> None:
        self.etag = f'"{content_hash(body)}"'
        self.headers = [*headers, ("ETag", self.etag), ("Vary", "Accept-Encoding")]
        self.plain = body
        self.compressed = gzip.compress(body, 9, mtime=0)

    def get_response(self, method: str, request_headers: Mapping[str, str]) -> Response:
        """The response to a request (WhiteNoise's interface of a file)."""
        if method not in {"GET", "HEAD"}:
            return NOT_ALLOWED_RESPONSE
        if request_headers.get("HTTP_IF_NONE_MATCH") == self.etag:
            return Response(HTTPStatus.NOT_MODIFIED, self.headers, None)  # type: ignore[no-untyped-call]
        headers, body = list(self.headers), self.plain
        if "gzip" in request_headers.get("HTTP_ACCEPT_ENCODING", ""):
            headers.append(("Content-Encoding", "gzip"))
            body = self.compressed
        headers.append(("Content-Length", str(len(body))))
        content = BytesIO(body) if method == "GET" else None
        return Response(HTTPStatus.OK, headers, content)  # type: ignore[no-untyped-call]
