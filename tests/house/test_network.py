"""The guard that keeps tests on this machine."""

import socket

import pytest


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7", "example.org"])
def test_other_machines_are_out_of_reach(address: str) -> None:
    with pytest.raises(ConnectionRefusedError, match="a test"):
        socket.create_connection((address, 80), timeout=1)


def test_this_machine_is_within_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
