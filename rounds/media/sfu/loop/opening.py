"""Opens the UDP port with the loop that is asked for, or that can be used here."""

from rounds.kernel.logs import get_logger
from rounds.kernel.tasks import Tasks
from rounds.media.sfu.loop.choice import usable
from rounds.media.sfu.loop.library import LoopUnusableError
from rounds.media.sfu.loop.mux import LoopMux
from rounds.media.sfu.loop.sender import LoopPublisher
from rounds.media.sfu.publisher import Publisher
from rounds.media.sfu.settings import SfuSettings
from rounds.media.sfu.udp import UdpMux

log = get_logger(__name__)


def open_port(settings: SfuSettings, tasks: Tasks) -> tuple[UdpMux, type[Publisher]]:
    """Return the port and what takes a seat's media there. Raises OSError, LoopUnusableError."""
    host, port, key = settings.host, settings.port, settings.probe_key
    if settings.loop == "native" or (settings.loop == "auto" and settings.batched):
        try:
            usable()
        except LoopUnusableError as fault:
            if settings.loop == "native":
                raise
            log.info("media_loop_in_python", reason=str(fault))
        else:
            return LoopMux(host, port, tasks, key), LoopPublisher
    return UdpMux(host, port, tasks, settings.batched, key), Publisher
