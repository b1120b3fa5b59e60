"""One media process and our end of its control socket.

Reads no other code of ours, so that a server can start the process before it has read its own.
"""

import contextlib
import socket
import subprocess
import sys

END_SECONDS = 3.0


class MediaProcess:
    """A process that reads its code, waits for its settings on the control socket, and serves."""

    module = "rounds.media.sfu.worker"
    """What it runs; a bench puts one around it that looks at it while it works."""

    def __init__(self) -> None:
        """Start it. Raises OSError when the system has no room for a process."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            theirs.set_inheritable(True)
            self._child = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", self.module, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
            )
        self.control = ours
        """Our end of the control socket; when it closes, the process ends."""

    @property
    def pid(self) -> int:
        """Process id, for operators."""
        return self._child.pid

    def kill(self) -> None:
        """End it at once."""
        self._child.kill()

    def end(self) -> None:
        """Close the control socket and wait; kill what has not ended after END_SECONDS."""
        self.control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(END_SECONDS)
            return
        self._child.kill()
        self._child.wait()
