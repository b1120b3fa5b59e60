"""The proxy fetches its certificate by itself, from a real authority of that protocol (ACME)."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.site import NAME, Site, certificate, listens, proxy, settings, until
from tests.making.ground import free_port

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(free_port(), free_port(), tmp_path / "root.pem", tmp_path / "proxy.log")


@pytest.fixture
def authority(tmp_path: Path, site: Site) -> Iterator[dict[str, str]]:
    """Pebble, which asks the name before it signs; and a nameserver for which all are here."""
    chain, key = certificate(tmp_path, "localhost")
    names, port, desk = free_port(), free_port(), free_port()
    (tmp_path / "pebble.json").write_text(
        json.dumps({"pebble": {
            "listenAddress": f"127.0.0.1:{port}", "managementListenAddress": f"127.0.0.1:{desk}",
            "certificate": str(chain), "privateKey": str(key), "httpPort": site.plain_port,
            "tlsPort": site.port, "ocspResponderURL": "", "externalAccountBindingRequired": False,
        }})
    )  # fmt: skip
    quick = os.environ | {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
    log = (tmp_path / "authority.log").open("wb")
    nameserver = subprocess.Popen(
        ["pebble-challtestsrv", "-dns01", f"127.0.0.1:{names}", "-http01", "", "-https01", "",
         "-tlsalpn01", "", "-management", "", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""],
        stdout=log, stderr=log,
    )  # fmt: skip
    signer = subprocess.Popen(
        ["pebble", "-strict", "-config", tmp_path / "pebble.json",
         "-dnsserver", f"127.0.0.1:{names}"], env=quick, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        until(lambda: listens(port) and listens(desk), signer, tmp_path / "authority.log")
        yield {
            "directory": f"https://localhost:{port}/dir",
            "desk": str(desk),
            "trust": str(chain),
            "log": str(tmp_path / "authority.log"),
        }
    finally:
        for one in (signer, nameserver):
            one.terminate()
            one.wait(timeout=20)
        log.close()


def test_it_is_there_after_the_first_start_and_kept_for_the_next(
    site: Site, authority: dict[str, str], tmp_path: Path
) -> None:
    root = subprocess.run(
        ["curl", "-fsS", "--cacert", authority["trust"], f"https://localhost:{authority['desk']}/roots/0"],
        capture_output=True, timeout=20, check=True,
    )  # fmt: skip
    site.trust.write_bytes(root.stdout)
    told = settings(
        tmp_path, site.port, site.plain_port, CERTIFICATE="acme", ACME_EMAIL="it@clinic.example",
        ACME_DIRECTORY=authority["directory"], SSL_CERT_FILE=authority["trust"],
        ROUNDS_PORT=str(free_port()),
    )  # fmt: skip
    kept = tmp_path / "data/caddy/certificates"
    with proxy(site, told) as process:
        until(lambda: list(kept.rglob(f"{NAME}.crt")), process, site.log)
        until(lambda: list(kept.rglob(f"{NAME}.key")), process, site.log)
        # Nobody stands behind the proxy; what counts is that TLS is believed.
        assert site.ask("GET", "/")[0] == 503
    key = next(kept.rglob(f"{NAME}.key"))
    assert key.stat().st_mode & 0o077 == 0
    issued = Path(authority["log"]).read_text().count("Issued certificate")
    assert issued == 1
    with proxy(site, told):
        assert site.ask("GET", "/")[0] == 503
    assert Path(authority["log"]).read_text().count("Issued certificate") == issued
