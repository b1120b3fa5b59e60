"""What OPERATIONS tells people to run and to open is what the files really have."""

import re

import pytest

from tests.house.sources import ROOT

TEXT = (ROOT / "docs/OPERATIONS.md").read_text()


def test_every_file_it_names_in_deploy_is_there() -> None:
    named = set(re.findall(r"deploy/[\w./-]+", TEXT))
    assert len(named) >= 5
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("service", ["rounds", "proxy", "relay"])
def test_every_service_it_names_is_one(service: str) -> None:
    assert re.search(rf"^  {service}:$", (ROOT / "docker-compose.yml").read_text(), re.M)
    assert re.search(rf"docker compose [\w ]*{service}", TEXT)


def test_the_ports_of_its_firewall_are_those_that_are_listened_on() -> None:
    table = TEXT.partition("### 2. The firewall")[2].partition("### 3a")[0]
    opened = {int(port) for port in re.findall(r"^\| (\d+)", table, re.M)}
    for line in re.findall(r"^(?:tcp|udp) dport .*$|`ufw allow \S+", table, re.M):
        opened |= {int(port) for port in re.findall(r"\d{2,5}", line)}
    assert opened == {80, 443, 3478, 5349, 8080}
    compose = (ROOT / "docker-compose.yml").read_text()
    for port in ("HTTPS_PORT:-443", "TURN_TLS_PORT:-5349", "ROUNDS_PORT:-8080", ":3478?"):
        assert port in compose
    assert "{$HTTP_PORT:80}" in (ROOT / "deploy/caddy/Caddyfile").read_text()
    assert "8080/**TCP** stays closed" in table
