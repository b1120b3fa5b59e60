"""The columns of a caseload sheet, and the headings people give them."""

from rounds.people.likeness import folded

GIVEN, FAMILY, BORN, NUMBER = "given", "family", "born", "number"
LANGUAGE, EMAIL, PHONE = "language", "email", "phone"
LEAD, COORDINATOR = "lead", "coordinator"
RELATIVE, RELATIONSHIP, RELATIVE_PHONE = "relative", "relationship", "relative_phone"

REQUIRED = (GIVEN, FAMILY, BORN, NUMBER)
COLUMNS = (
    *REQUIRED, LANGUAGE, EMAIL, PHONE, LEAD, COORDINATOR, RELATIVE, RELATIONSHIP, RELATIVE_PHONE,
)  # fmt: skip

HEADINGS = {
    GIVEN: ("given name", "given", "first name", "first", "forename"),
    FAMILY: ("family name", "family", "last name", "last", "surname"),
    BORN: ("born", "date of birth", "birth date", "birthday", "dob"),
    NUMBER: ("number", "no", "patient number", "record number", "mrn", "chart number"),
    LANGUAGE: ("language", "preferred language", "speaks"),
    EMAIL: ("e mail", "email", "mail", "e mail address", "email address"),
    PHONE: ("phone", "telephone", "mobile", "cell", "cell phone", "phone number", "tel"),
    LEAD: ("lead", "lead e mail", "lead email", "clinician", "clinician e mail", "gp e mail"),
    COORDINATOR: ("coordinator", "coordinator e mail", "coordinator email", "care coordinator"),
    RELATIVE: ("relative name", "relative", "family member", "next of kin", "contact person"),
    RELATIONSHIP: ("relationship", "relation", "relative relationship"),
    RELATIVE_PHONE: ("relative phone", "relative telephone", "next of kin phone", "family phone"),
}
_BY_HEADING = {heading: column for column, names in HEADINGS.items() for heading in names}


def column_of(title: str) -> str | None:
    """Return which column a heading names, whatever its case, dashes and dots; else nothing."""
    plain = "".join(one if one.isalnum() else " " for one in folded(title[:80]))
    return _BY_HEADING.get(" ".join(plain.split()))
