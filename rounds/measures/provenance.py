"""Where an instrument is from, what may be done with it, and how far it was verified."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\S")]


class Shape(BaseModel):
    """A part of an instrument file: nothing is guessed, converted, added or changed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Code(Shape):
    """A code of a terminology, and where it was looked up."""

    system: Text
    code: Text
    display: Text | None = None
    verified_in: tuple[Text, ...] = Field(min_length=1, strict=False)


class Source(Shape):
    """The publication that an instrument is from."""

    citation: Text
    doi: Text | None = None
    pmid: Text | None = None
    home: Text | None = None


class Licence(Shape):
    """What may be done with the texts, and who says so."""

    status: Text
    statement: Text
    statement_source: Text
    attribution: Text | None
    text_in_repo: bool
    withheld: Text | None = None
    commercial_use: Text
    confidence: Text
    loinc_notice: Text | None = None


class Codes(Shape):
    """Codes of the whole instrument and of its total, None where there is none."""

    panel: Code | None
    total: Code | None
    note: Text | None = None


class Translation(Shape):
    """How far a translation can be trusted; its texts stand beside the English ones."""

    status: Text
    stem: Text
    source: Text


class Reference(Shape):
    """A publication that a number in the file is from."""

    citation: Text
    doi: Text | None = None
    pmid: Text | None = None


class Verification(Shape):
    """What texts and scoring were compared with."""

    text: tuple[Text, ...] = Field(min_length=1, strict=False)
    scoring: tuple[Text, ...] = Field(min_length=1, strict=False)
    notes: Text | None = None
