"""Front-end files: what is taken from npm, under which name it is served, and for how long browsers may keep it.

The URL of every file contains a hash of its content, so that browsers may cache it for ever and never show an old
one. Our own style sheets and scripts are served as one file each (`clais.web.bundles`). The repository holds no
third-party file: `collect_assets` copies those that pages need after `npm ci`.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from wsgiref.headers import Headers

from flask import Flask, current_app
from markupsafe import Markup
from whitenoise import WhiteNoise

from clais.web.bundles import Bundle, FileInMemory, bundles, hashed_name
from clais.web.icons import ICONS, icon_id, icon_sprite

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"
PREFIX = "/static/"
MANIFEST = "manifest.json"
FOREVER = 365 * 24 * 3600
FONT = "@fontsource-variable/atkinson-hyperlegible-next"
FONT_FILES = (
    "atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
)
PLAIN_FILES = {"htmx.min.js": "htmx.org/dist/htmx.min.js"}
BOOTSTRAP = "bootstrap.min.css"
REPOSITORY = Path(__file__).parents[3]
WRITTEN_IN = tuple(
    f"{wing}/**/*.{kind}" for wing in ("platform", "tenants", "support_center") for kind in ("html", "py", "js")
)
"""Where our pages name their classes, the macros of Flask-Admin's templates apart."""
_ICON = Markup('<svg class="icon" width="16" height="16" {} focusable="false"><use href="{}#{}"></use></svg>')
HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")


def collect_assets(node_modules: Path, target: Path = VENDOR) -> dict[str, str]:
    """Copy the needed third-party files from `node_modules` to `target`, and return name → hashed name.

    Raises FileNotFoundError when `npm ci` has not run. It empties `target` first.
    """
    contents = {name: (node_modules / source).read_bytes() for name, source in PLAIN_FILES.items()}
    # Source maps are not served: the developer tools of a browser would request them in vain.
    contents = {
        name: re.sub(rb"\n?/[/*]# sourceMappingURL=\S+( \*/)?\s*$", b"\n", body) for name, body in contents.items()
    }
    contents[BOOTSTRAP] = used_styles(node_modules, node_modules / "bootstrap" / "dist" / "css" / BOOTSTRAP)
    fonts = {name: (node_modules / FONT / "files" / name).read_bytes() for name in FONT_FILES}
    contents |= fonts
    contents["fonts.css"] = _font_styles((node_modules / FONT / "index.css").read_text(), fonts).encode()
    contents["icons.svg"] = icon_sprite(node_modules / "bootstrap-icons" / "icons").encode()

    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    manifest = {name: hashed_name(name, body) for name, body in sorted(contents.items())}
    for name, body in contents.items():
        path = target / manifest[name]
        path.write_bytes(body)
        if path.suffix != ".woff2":
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(body, 9, mtime=0))
    (target / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    return manifest


def used_styles(node_modules: Path, styles: Path) -> bytes:
    """The rules of a style sheet for what our pages have: of Bootstrap's 230 kB a tenth.

    A class that no page had when the files were collected has no rule: `make` collects them again when a page changes.
    """
    admin = find_spec("flask_admin")
    more = [f"{folder}/templates/**/*.html" for folder in admin.submodule_search_locations or ()] if admin else []
    with TemporaryDirectory() as folder:
        command = [node_modules.resolve() / ".bin" / "purgecss", "--css", styles.resolve(), "--output", folder]
        subprocess.run([*map(str, command), "--content", *WRITTEN_IN, *more], cwd=REPOSITORY, check=True)
        return (Path(folder) / styles.name).read_bytes()


def icons_not_drawn(folder: Path = VENDOR) -> set[str]:
    """The icons that pages may use and that the sprite lacks: it was collected before they were named.

    Empty before the first `npm ci`: pages are then served without styles and icons.
    """
    if not (folder / MANIFEST).exists():
        return set()
    sprite = (folder / json.loads((folder / MANIFEST).read_text())["icons.svg"]).read_text()
    return set(ICONS) - set(re.findall(r'<symbol id="([^"]+)"', sprite))


def _font_styles(styles: str, fonts: dict[str, bytes]) -> str:
    for name, body in fonts.items():
        styles = styles.replace(f"./files/{name}", hashed_name(name, body))
    return styles


class Assets:
    """The URLs of all static files of one application, computed once; with `reload`, on each call.

    `root` is the platform's folder, `folders` are those of the features, in the order of the composition.
    """

    def __init__(self, root: Path = STATIC, folders: Iterable[Path] = (), *, reload: bool = False) -> None:
        self.root = root
        self.folders = tuple(folders)
        self.reload = reload
        self.bundles: tuple[Bundle, ...] = ()
        self.names: dict[str, str] = {}
        self._scan()

    def url(self, name: str) -> str:
        """The URL of `clais.css` or `vendor/htmx.min.js`. Raises LookupError when there is no such file."""
        # Files from npm change only when they are collected, and a restart follows that.
        if (self.reload and not name.startswith("vendor/")) or name not in self.names:
            self._scan()
        if name in self.names:
            return f"{PREFIX}{self.names[name]}"
        if name.startswith("vendor/") and not (self.root / "vendor" / MANIFEST).exists():
            # Before the first `npm ci` pages are served without their styles.
            return f"{PREFIX}{name}"
        message = f"There is no static file {name!r}."
        raise LookupError(message)

    def files(self) -> dict[str, Path]:
        """Hashed name → file, for every file that is served unchanged from the disk."""
        bundled = {bundle.name for bundle in self.bundles}
        return {
            served: self.root / (served if name.startswith("vendor/") else name)
            for name, served in self.names.items()
            if name not in bundled
        }

    def _scan(self) -> None:
        names: dict[str, str] = {}
        for path in sorted(self.root.glob("images/*")):
            name = path.relative_to(self.root).as_posix()
            names[name] = hashed_name(name, path.read_bytes())
        manifest = self.root / "vendor" / MANIFEST
        if manifest.exists():
            vendor = json.loads(manifest.read_text())
            names |= {f"vendor/{name}": f"vendor/{served}" for name, served in vendor.items()}
        self.bundles = bundles(self.root, self.folders)
        self.names = names | {bundle.name: bundle.served for bundle in self.bundles}


class StaticFiles(WhiteNoise):
    """WhiteNoise for our hashed names: cached for ever, for this site only."""

    def __init__(self, application: Any, assets: Assets) -> None:
        super().__init__(
            application,
            max_age=FOREVER,
            allow_all_origins=False,
            immutable_file_test=lambda _path, url: bool(HASHED.search(url)),
            add_headers_function=_static_headers,
        )
        self.assets = assets
        self.register()

    def register(self) -> None:
        """Register the URLs of the files that exist now."""
        for served, path in self.assets.files().items():
            self.add_file_to_dictionary(f"{PREFIX}{served}", str(path))  # type: ignore[no-untyped-call]
        for bundle in self.assets.bundles:
            address = f"{PREFIX}{bundle.served}"
            if address not in self.files:
                self.files[address] = FileInMemory(bundle.body, self._headers(bundle.name, address).items())

    def _headers(self, name: str, address: str) -> Headers:
        headers = Headers([])
        self.add_mime_headers(headers, name, address)  # type: ignore[no-untyped-call]
        self.add_cache_headers(headers, name, address)  # type: ignore[no-untyped-call]
        _static_headers(headers, name, address)
        return headers

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Serve a static file, or pass the request on."""
        if self.assets.reload and environ.get("PATH_INFO", "").startswith(PREFIX):
            self.register()
        return super().__call__(environ, start_response)  # type: ignore[no-untyped-call]


def _static_headers(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"


def asset_url(name: str) -> str:
    """Template global: the URL of a static file."""
    assets: Assets = current_app.extensions["clais_assets"]
    return assets.url(name)


def icon(name: str, label: str | None = None) -> Markup:
    """Template global: an icon, decorative without a label. Raises LookupError when the sprite lacks it."""
    if label is None:
        return _decoration(asset_url("vendor/icons.svg"), name)
    return _ICON.format(
        Markup('role="img" aria-label="{}"').format(label), asset_url("vendor/icons.svg"), icon_id(name)
    )


@cache
def _decoration(sprite: str, name: str) -> Markup:
    return _ICON.format(Markup('aria-hidden="true"'), sprite, icon_id(name))


def wrap_static(app: Flask, folders: Iterable[Path] = ()) -> None:
    """Serve `/static/` before the application: no session, no database, no cookie."""
    assets = Assets(folders=folders, reload=app.debug)
    app.extensions["clais_assets"] = assets
    app.wsgi_app = StaticFiles(app.wsgi_app, assets)  # type: ignore[method-assign]


def main() -> None:
    """`python -m clais.web.assets`: collect the files."""
    manifest = collect_assets(Path("node_modules"))
    size = sum(path.stat().st_size for path in VENDOR.iterdir() if path.suffix not in {".json", ".gz"})
    print(f"{len(manifest)} files, {size / 1024:.0f} KiB, in {VENDOR.name}/")  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
