"""Writes texts anew as a person would: word by word, on what stands there now."""

from pycrdt import Doc, Text

from rounds.sync.section import Section
from rounds.sync.words import edits


def rewrite(section: Section, client: int, field: bytes, wanted: str) -> list[bytes]:
    """Return updates of `client` after which `field` reads as `wanted`; none when it does already.

    First one by which words go, then one by which words come, so that a long text has room for
    another. What others write meanwhile stays: nothing is replaced that did not change.
    """
    if section.text(field) == wanted:
        return []
    doc: Doc[Text] = Doc(client_id=client)
    doc.apply_update(section.state())
    text = doc.get(field.decode(), type=Text)
    steps = edits(str(text), wanted)
    updates = [_done(doc, text, [(one.at, len(one.gone), "") for one in steps if one.gone])]
    # Places count what stood before; what went until there does not count any more.
    shift, coming = 0, []
    for one in steps:
        if one.new:
            coming.append((one.at - shift, 0, one.new))
        shift += len(one.gone)
    updates.append(_done(doc, text, coming))
    return [update for update in updates if update is not None]


def _done(doc: Doc[Text], text: Text, steps: list[tuple[int, int, str]]) -> bytes | None:
    """Do steps (character, characters that go, text that comes) from the end to the start."""
    if not steps:
        return None
    vector = doc.get_state()
    there = str(text)
    with doc.transaction():
        for at, gone, new in reversed(steps):
            start = len(there[:at].encode())
            if gone:
                del text[start : start + len(there[at : at + gone].encode())]
            if new:
                text.insert(start, new)
    return doc.get_update(vector)
