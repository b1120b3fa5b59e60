"""A process of its own that mutates what a section reads; it prints what became of that."""

import json
import random
import sys

from rounds.sync.refused import Refused
from rounds.sync.scan import scan
from rounds.sync.section import Section
from tests.making.writers import Writer
from tests.sync.written import number

FIELDS = ("t:g1.text", "t:g1.step")
NAMES = {name.encode() for name in FIELDS}
OWN = {5, 6}
TURNS_OF_ONE_SECTION = 3000
COMPARED_EVERY = 1500


def honest(dice: random.Random) -> list[bytes]:
    """Return updates of two who write, erase and meet."""
    writers = [Writer(client) for client in sorted(OWN)]
    sent: list[bytes] = []
    for _ in range(40):
        writer = dice.choice(writers)
        field = dice.choice(FIELDS)
        if dice.random() < 0.7:
            writer.write(field, dice.randrange(20), dice.choice(["a", "é", "😀", "walk a little"]))
        else:
            writer.erase(field, dice.randrange(20), dice.randrange(1, 5))
        news = writer.send()
        sent += news
        for other in writers:
            if other is not writer:
                other.hear(news)
    return sent


def mutated(dice: random.Random, update: bytes, others: list[bytes]) -> bytes:
    """Return the update with a few bytes changed, cut, doubled or taken from another one."""
    data = bytearray(update)
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(data) + 1)
        match dice.randrange(6):
            case 0 if at < len(data):
                data[at] ^= 1 << dice.randrange(8)
            case 1 if at < len(data):
                data[at] = dice.randrange(256)
            case 2:
                del data[at : at + dice.randrange(1, 5)]
            case 3:
                data[at:at] = number(dice.choice([0, 1, 127, 128, 1 << 31, 1 << 53, 1 << 62]))
            case 4:
                data[at:at] = data[max(0, at - 6) : at]
            case _:
                other = dice.choice(others)
                cut = dice.randrange(len(other))
                data[at:] = other[cut:]
    return bytes(data)


def run(turns: int, seed: int) -> dict[str, int]:
    """Send `turns` mutated updates; return how often which answer came."""
    dice = random.Random(seed)
    answers: dict[str, int] = {}
    for turn in range(turns):
        if turn % TURNS_OF_ONE_SECTION == 0:
            there, updates = Section(), honest(dice)
            for update in updates[: len(updates) // 2]:
                there.accept(update, OWN, NAMES)
        sent = mutated(dice, dice.choice(updates), updates)
        try:
            there.accept(sent, OWN, NAMES)
            answer = "taken"
        except Refused as refused:
            answer = refused.code
        answers[answer] = answers.get(answer, 0) + 1
        if turn % COMPARED_EVERY == 0:
            compare(there)
    compare(there)
    return answers


def compare(there: Section) -> None:
    """Raise AssertionError when what the gate believes is not what the document holds."""
    again = scan(there.state())
    assert again.clocks == there.known.clocks
    for name in sorted(NAMES):
        text = there.text(name)
        units = len(text.encode("utf-16-le")) // 2
        assert there.known.sizes.get(name, 0) == again.sizes.get(name, 0) == units


def load(turns: int, seed: int) -> dict[str, int]:
    """Load `turns` damaged states; return how often which answer came."""
    dice = random.Random(seed)
    answers: dict[str, int] = {}
    for turn in range(turns):
        if turn % TURNS_OF_ONE_SECTION == 0:
            there, updates = Section(), honest(dice)
            for update in updates:
                there.accept(update, OWN, NAMES)
            state = there.state()
        try:
            again = Section(mutated(dice, state, updates))
            for name in sorted(NAMES):
                again.text(name)
            answer = "loaded"
        except Refused as refused:
            answer = refused.code
        answers[answer] = answers.get(answer, 0) + 1
    return answers


if __name__ == "__main__":
    _, deed, turns, seed = sys.argv
    json.dump({"run": run, "load": load}[deed](int(turns), int(seed)), sys.stdout)
