"""The form of a page, as a browser reads it and sends it."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    """Gathers the fields of the form with one action, in the order of the page."""

    def __init__(self, action: str) -> None:
        """Look for the form that goes to `action`."""
        super().__init__()
        self.action = action
        self.fields: dict[str, str] = {}
        self.focused = ""
        self._inside = False
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a field as it stands."""
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = has.get("action") == self.action
        if not self._inside:
            return
        name = has.get("name", "")
        if "autofocus" in has:
            self.focused = f"{name}={has.get('value', '')}"
        if tag == "input" and (has.get("type") != "checkbox" or "checked" in has):
            self.fields[name] = has.get("value", "")
        elif tag == "textarea":
            self._area, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            chosen = "selected" in has or self._select not in self.fields
            self.fields |= {self._select: has.get("value", "")} if chosen else {}

    def handle_endtag(self, tag: str) -> None:
        """Leave a field, or the form."""
        if tag == "textarea" and self._area:
            # A browser leaves out the first line break, which no writer made.
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = ""
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        """Take the words of a text field."""
        if self._area:
            self.fields[self._area] += data


def fields(page: str, action: str) -> dict[str, str]:
    """Return what a browser would send of a form, without the button that is pressed."""
    reader = _Reader(action)
    reader.feed(page)
    assert reader.fields, action
    return reader.fields


def focused(page: str, action: str) -> str:
    """Return which button of a form has the keyboard when the page opens: `name=value`."""
    reader = _Reader(action)
    reader.feed(page)
    return reader.focused
