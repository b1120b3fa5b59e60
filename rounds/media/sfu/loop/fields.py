"""Numbers that stand in a structure of the packet loop and are used as plain attributes."""

from typing import Any


class Field:
    """An attribute that is a field of the structure `held` of its owner."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        """Be the field of that name."""
        self._name = name

    def __get__(self, owner: Any, kind: type[Any]) -> Any:
        """Read it."""
        return getattr(owner.held, self._name)

    def __set__(self, owner: Any, value: int) -> None:
        """Write it."""
        setattr(owner.held, self._name, value)
