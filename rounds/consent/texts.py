"""What people agree to, in plain words, by purpose and version; old versions stay readable."""

from collections.abc import Mapping
from dataclasses import dataclass

from rounds.consent.model import Purpose
from rounds.kernel.words import N_


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A version of a text: what it asks, what it means, and what happens without it."""

    title: str
    means: str
    otherwise: str


TEXTS: Mapping[tuple[Purpose, str], ConsentText] = {
    (Purpose.TREATMENT, "2026-11"): ConsentText(
        N_("Your care team works together"),
        N_("Your GP, your therapist and the others in your care team may read your record here "
           "and talk about your care with each other."),
        N_("You can still see each of them alone. They then do not share what you tell them."),
    ),
    (Purpose.FAMILY, "2026-11"): ConsentText(
        N_("Somebody close to you takes part"),
        N_("The person you name may see the parts of your record that you tick, until the day "
           "you choose. They never see answers about safety."),
        N_("They see nothing. You can change this at any time."),
    ),
    (Purpose.CONFERENCE, "2026-11"): ConsentText(
        N_("Your team talks about your care in a case conference"),
        N_("Your care team may ask colleagues of this clinic for advice about you, with your "
           "name. You can read what they advise."),
        N_("Your team then decides without that advice."),
    ),
    (Purpose.HANDOFF, "2026-11"): ConsentText(
        N_("Your GP hands over to somebody else"),
        N_("Your GP may tell the person who takes over what they need to know about you. You "
           "are there when it happens, if you wish."),
        N_("You then tell your story yourself. The visit goes on."),
    ),
    (Purpose.MESSAGES, "2026-11"): ConsentText(
        N_("Messages by e-mail and text"),
        N_("We may send you the time of a visit and a link. A message never says what the "
           "visit is about."),
        N_("We then phone you instead."),
    ),
    (Purpose.TEACHING, "2026-11"): ConsentText(
        N_("Learning from your story"),
        N_("Your story may teach others after your name and everything that points to you is "
           "taken out. Two people check that."),
        N_("Nothing of yours is used for teaching."),
    ),
}  # fmt: skip

NEWEST: Mapping[Purpose, str] = {
    purpose: max(version for one, version in TEXTS if one is purpose) for purpose in Purpose
}


def text_of(purpose: Purpose, version: str) -> ConsentText:
    """Return a version of a text; every version that anybody ever agreed to is kept here."""
    return TEXTS[purpose, version]
