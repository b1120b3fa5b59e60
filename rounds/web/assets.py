"""Static files under names that carry their content's hash, and the import map over them."""

import base64
import gzip
import hashlib
import json
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from rjsmin import jsmin

SERVED = frozenset({".css", ".js", ".svg", ".woff2", ".png", ".txt", ".json", ".webmanifest"})
# Names that modules import without a path.
BARE = {"words": "live/words.js", "socket.io": "vendor/socket.io.js", "yjs": "vendor/yjs.js"}
# Lists of style sheets that a page needs before it can show anything.
JOINED = ".sheets"
VENDORED = "vendor/"
TOOLING = ("node_modules", "package.json", "package-lock.json", "tsconfig.json")

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, the same in gzip where that is smaller, its type and validator."""

    body: bytes
    zipped: bytes | None
    content_type: str
    etag: str


class Assets:
    """Reads every static file once; a file that is not here cannot be asked for by any path."""

    def __init__(self, folder: Path) -> None:
        """Read `folder`; it holds some hundred kilobytes."""
        self._files: dict[str, Asset] = {}
        self._hashed: dict[str, str] = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and path.suffix in SERVED and not name.startswith(TOOLING):
                self._add(name, path.read_bytes())
        for path in sorted(folder.rglob(f"*{JOINED}")):
            self._join(path.relative_to(folder).with_suffix(".css").as_posix(), path.read_text())
        self.import_map = self._make_import_map()
        digest = hashlib.sha256(self.import_map.encode()).digest()
        self.import_map_hash = "sha256-" + base64.b64encode(digest).decode()

    def url(self, name: str) -> str:
        """Return the address of a file. Raises KeyError for one that does not exist."""
        return f"/static/{self._hashed[name]}"

    def find(self, requested: str) -> tuple[Asset, bool] | None:
        """Return the file of a requested name and whether that name never changes its content."""
        asset = self._files.get(requested)
        if asset is not None:
            return asset, False
        stem, _, suffix = requested.rpartition(".")
        plain, _, _ = stem.rpartition(".")
        name = f"{plain}.{suffix}"
        return (self._files[name], True) if self._hashed.get(name) == requested else None

    def _join(self, name: str, parts: str) -> None:
        """Serve style sheets of one folder, listed one a line, as one: a narrow line asks once."""
        folder = name.rpartition("/")[0]
        bodies = [self._files[f"{folder}/{part}.css"].body for part in parts.split()]
        self._add(name, b"\n".join(bodies))

    def _add(self, name: str, body: bytes) -> None:
        if name.endswith(".js") and not name.startswith(VENDORED):
            # Types and reasons stand in comments: half of what a phone would fetch. What is
            # vendored is small already, and its licence stays on it.
            body = jsmin(body.decode()).encode()
        digest = hashlib.sha256(body).hexdigest()[:16]
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        # Once at the start, at the highest level, instead of at every request.
        zipped = gzip.compress(body, 9, mtime=0)
        small = zipped if len(zipped) < len(body) * 0.9 else None
        self._files[name] = Asset(body, small, kind, digest)
        stem, _, suffix = name.rpartition(".")
        self._hashed[name] = f"{stem}.{digest}.{suffix}"

    def _make_import_map(self) -> str:
        # Relative imports between modules resolve to plain names; the map adds the hashes.
        imports = {
            f"/static/{name}": self.url(name) for name in self._files if name.endswith(".js")
        }
        imports |= {bare: self.url(name) for bare, name in BARE.items() if name in self._files}
        return json.dumps({"imports": imports}, separators=(",", ":"), sort_keys=True)
