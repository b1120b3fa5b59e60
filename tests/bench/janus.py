"""Janus as Debian packages it, run with a configuration of its own."""

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rounds.bench.handshake import Identity

START_WITHIN = 10.0  # seconds

GENERAL = """
general: {{
    configs_folder = "{folder}"
    plugins_folder = "{library}/plugins"
    transports_folder = "{library}/transports"
    loggers_folder = "{folder}"
    events_folder = "{folder}"
    debug_level = 3
    session_timeout = 600
    {loops}
}}
nat: {{ ice_lite = true, ice_enforce_list = "{host}", full_trickle = false }}
media: {{ rtp_port_range = "50000-60000" }}
certificates: {{ cert_pem = "{folder}/cert.pem", cert_key = "{folder}/key.pem" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
events: {{ broadcast = false }}
"""
WEBSOCKETS = """
general: {{ json = "plain", ws = true, ws_ip = "127.0.0.1", ws_port = {port}, wss = false }}
admin: {{ admin_ws = false }}
"""


def installed() -> bool:
    """Say whether Janus can be run here."""
    return shutil.which("janus") is not None and _library() is not None


def _library() -> Path | None:
    found = next(Path("/usr/lib").glob("*/janus/plugins/libjanus_videoroom.so"), None)
    return found.parent.parent if found else None


def _configure(folder: Path, host: str, port: int, loops: int) -> None:
    library = _library()
    assert library is not None
    others = {
        kind: ",".join(path.name for path in (library / kind).glob("*.so") if keep not in path.name)
        for kind, keep in (("plugins", "videoroom"), ("transports", "websockets"))
    }
    general = GENERAL.format(
        folder=folder,
        library=library,
        host=host,
        loops=f"event_loops = {loops}" if loops else "",
        **others,
    )
    (folder / "janus.jcfg").write_text(general)
    (folder / "janus.transport.websockets.jcfg").write_text(WEBSOCKETS.format(port=port))
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")
    certificate, key = Identity().pem()
    (folder / "cert.pem").write_bytes(certificate)
    (folder / "key.pem").write_bytes(key)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running(host: str, loops: int) -> Iterator[tuple[int, str]]:
    """Run Janus; yields its process id and its address. `loops` 0 means a thread per handle."""
    with tempfile.TemporaryDirectory(prefix="rounds-bench-janus-") as name:
        folder, port = Path(name), _free_port()
        _configure(folder, host, port, loops)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(["janus", "-F", name], stdout=log, stderr=log)
        try:
            _wait_until_listening(process, port, folder / "log")
            yield process.pid, f"ws://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait()


def _wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("Janus did not start:\n" + log.read_text()[-2000:]) from None
            time.sleep(0.05)
        else:
            return
