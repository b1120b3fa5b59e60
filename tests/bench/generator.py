"""The load generator's process for either target; see `rounds.bench.generator`."""

import asyncio
import json
import sys

from rounds.bench import embedded_rooms
from rounds.bench.generator import Load, Reach, measure
from tests.bench import janus_rooms

TARGETS: dict[str, Reach] = {"embedded": embedded_rooms.signalling, "janus": janus_rooms.signalling}

if __name__ == "__main__":
    load = Load.read(sys.argv[1])
    print(json.dumps(asyncio.run(measure(load, TARGETS[load.target]))), flush=True)
