"""Says an event of a plan's history in one sentence (pure)."""

from collections.abc import Mapping, Sequence

from rounds.careplan.history import Event, first_words
from rounds.careplan.kinds import COMMENT
from rounds.careplan.section_words import SOMEBODY, Translate, value_label, value_words
from rounds.kernel.words import N_
from rounds.sync.commands import Op
from rounds.sync.words import Piece, Sign

QUOTED = 120
"""Characters of a change that a sentence quotes."""
ITEM_DEEDS: Mapping[Op, tuple[str, str]] = {
    Op.ADD: (
        N_("{who} added “{name}” to “{section}”."),
        N_("{who} added an entry to “{section}”."),
    ),
    Op.RANK: (
        N_("{who} moved “{name}” in “{section}”."),
        N_("{who} moved an entry in “{section}”."),
    ),
    Op.ARCHIVE: (
        N_("{who} put away “{name}” from “{section}”."),
        N_("{who} put away an entry from “{section}”."),
    ),
    Op.RESTORE: (
        N_("{who} brought back “{name}” in “{section}”."),
        N_("{who} brought back an entry in “{section}”."),
    ),
}
COMMENT_ENDS: Mapping[str, str] = {
    "open": N_("{who} opened a comment on “{section}” again."),
    "resolved": N_("{who} settled a comment on “{section}”."),
    "accepted": N_("{who} accepted a suggestion for “{section}”."),
    "rejected": N_("{who} did not take a suggestion for “{section}”."),
}

LOCKS: Mapping[bool, str] = {
    True: N_("{who} locked “{section}”."),
    False: N_("{who} opened “{section}” for writing again."),
}
LOCKED_FOR = N_("{who} locked “{section}”: “{reason}”")


def sentence(event: Event, section: str, names: Mapping[str, str], translate: Translate) -> str:
    """Return what happened; `section` is the heading, `names` are those of people by id."""
    said = {
        "who": joined([names.get(one, translate(SOMEBODY)) for one in event.writers], translate),
        "section": section,
        "name": event.name,
    }
    if event.locked is not None:
        words = LOCKED_FOR if event.reason else LOCKS[event.locked]
        return translate(words).format(**said, reason=event.reason)
    if event.op is None:
        return _written(event.pieces, said, translate)
    if event.kind == COMMENT:
        return _commented(event, said, translate)
    if event.op is Op.SET:
        return _set(event, said, names, translate)
    named, nameless = ITEM_DEEDS[event.op]
    return translate(named if event.name else nameless).format(**said)


def joined(names: Sequence[str], translate: Translate) -> str:
    """Return several names as one: "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return translate(N_("{first} and {last}")).format(first=", ".join(names[:-1]), last=names[-1])


def _written(pieces: Sequence[Piece], said: Mapping[str, str], translate: Translate) -> str:
    gone = _all(pieces, Sign.GONE)
    new = _all(pieces, Sign.NEW)
    if new and not gone:
        words = N_("{who} wrote in “{section}”: “{new}”")
    elif gone and not new:
        words = N_("{who} took out of “{section}”: “{gone}”")
    else:
        words = N_("{who} changed in “{section}”: “{gone}” became “{new}”")
    return translate(words).format(**said, gone=gone, new=new)


def _all(pieces: Sequence[Piece], sign: Sign) -> str:
    """Return the words of one sign; between two places stands "…"."""
    return first_words(" … ".join(one.text.strip() for one in pieces if one.sign is sign), QUOTED)


def _commented(event: Event, said: Mapping[str, str], translate: Translate) -> str:
    values = {name: after for name, (_, after) in event.values.items()}
    if event.op is Op.ADD:
        body = str(values.get("body") or "")
        if values.get("replacement"):
            words = N_("{who} suggested for “{section}”: “{body}”")
            body = str(values["replacement"])
        elif values.get("answers"):
            words = N_("{who} answered a comment on “{section}”: “{body}”")
        else:
            words = N_("{who} commented on “{section}”: “{body}”")
        return translate(words).format(**said, body=first_words(body, QUOTED))
    if event.op is Op.ARCHIVE:
        return translate(N_("{who} took back a comment on “{section}”.")).format(**said)
    words = COMMENT_ENDS.get(
        str(values.get("status")), N_("{who} changed a comment on “{section}”.")
    )
    return translate(words).format(**said)


def _set(
    event: Event, said: Mapping[str, str], names: Mapping[str, str], translate: Translate
) -> str:
    """Say each value that was set; what it was before stands in brackets."""
    told = []
    for name, (before, after) in event.values.items():
        if name == "origin":
            # What stands there is for machines; people are shown where it leads.
            continue
        label = value_label(name, translate)
        parts = {
            "label": label,
            "before": value_words(name, before, translate, names),
            "after": value_words(name, after, translate, names),
        }
        if after is None:
            words = N_("took away “{label}” ({before})")
        elif before is None:
            words = N_("set “{label}” to {after}")
        else:
            words = N_("set “{label}” to {after} (before: {before})")
        told.append(translate(words).format(**parts))
    if not told and "origin" in event.values:
        told = [translate(N_("noted where it came from"))]
    if not told:
        told = [translate(N_("confirmed what stood there"))]
    words = (
        N_("{who} {deeds}: “{name}” in “{section}”.")
        if event.name
        else N_("{who} {deeds} in “{section}”.")
    )
    return translate(words).format(**said, deeds=joined(told, translate))
