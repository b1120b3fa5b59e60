"""Somebody's tab with its own copy of a section, as a browser would have one."""

from collections.abc import Iterable

from pycrdt import Doc, Text, TransactionEvent


class Writer:
    """Writes at whole characters, and keeps what was not sent yet."""

    def __init__(self, client: int) -> None:
        """Begin with an empty copy under one client id."""
        self.client = client
        self.doc: Doc[Text] = Doc(client_id=client)
        self.unsent: list[bytes] = []
        self._texts: dict[str, Text] = {}
        self._watch = self.doc.observe(self._changed)
        self._hears = True

    def _changed(self, event: TransactionEvent) -> None:
        if self._hears:
            self.unsent.append(event.update)

    def text(self, field: str) -> Text:
        """Return the text of a field."""
        if field not in self._texts:
            self._texts[field] = self.doc.get(field, type=Text)
        return self._texts[field]

    def write(self, field: str, at: int, letters: str) -> None:
        """Insert at so many characters from the start, or at the end when there are fewer."""
        text = self.text(field)
        text.insert(len(str(text)[:at].encode()), letters)

    def erase(self, field: str, at: int, count: int) -> None:
        """Delete so many characters, as far as there are any."""
        text = self.text(field)
        there = str(text)
        start = len(there[:at].encode())
        end = len(there[: at + count].encode())
        if start < end:
            del text[start:end]

    def hear(self, updates: Iterable[bytes]) -> None:
        """Take in what others wrote."""
        self._hears = False
        for update in updates:
            self.doc.apply_update(update)
        self._hears = True

    def send(self) -> list[bytes]:
        """Return what was not sent yet, once."""
        unsent, self.unsent = self.unsent, []
        return unsent
