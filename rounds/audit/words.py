"""What a line of the trail says in plain words, after the name of who did it."""

from collections.abc import Callable, Mapping

from rounds.kernel.words import N_

Translate = Callable[[str], str]

DEEDS: Mapping[str, str] = {
    "account.add": N_("made an account"),
    "clinic.found": N_("entered the clinic"),
    "consent.give.conference": N_("entered consent to a case conference"),
    "consent.give.family": N_("opened parts of the record to a family member or friend"),
    "consent.give.handoff": N_("entered consent to a handover of care"),
    "consent.give.messages": N_("entered consent to messages"),
    "consent.give.teaching": N_("entered consent to teaching"),
    "consent.give.treatment": N_("entered consent to shared treatment"),
    "consent.record": N_("read what was agreed to"),
    "consent.withdraw.conference": N_("withdrew consent to a case conference"),
    "consent.withdraw.family": N_("closed the record to a family member or friend"),
    "consent.withdraw.handoff": N_("withdrew consent to a handover of care"),
    "consent.withdraw.messages": N_("withdrew consent to messages"),
    "consent.withdraw.teaching": N_("withdrew consent to teaching"),
    "consent.withdraw.treatment": N_("withdrew consent to shared treatment"),
    "contact.add": N_("added a phone number or e-mail address"),
    "contact.remove": N_("removed a phone number or e-mail address"),
    "contact.verify": N_("confirmed a phone number or e-mail address"),
    "exclusion.lift": N_("lifted a limit on who sees the record"),
    "exclusion.make": N_("limited who sees the record"),
    "link.make": N_("made a visit link"),
    "link.redeem": N_("opened a visit link on a device"),
    "link.revoke": N_("withdrew a visit link"),
    "patient.add": N_("entered the patient"),
    "relative.add": N_("entered a relative or friend"),
    "responsibility.alerts": N_("changed who answers for alerts"),
    "responsibility.coordination": N_("changed who coordinates the care"),
    "responsibility.lead": N_("changed who leads the care"),
    "room.admit:admitted": N_("let somebody into the visit"),
    "room.admit:denied": N_("did not let somebody into the visit"),
    "room.admit:sent_back": N_("sent somebody back to the waiting room"),
    "room.end": N_("ended the visit for everyone"),
    "room.enter:admitted": N_("entered the visit"),
    "room.knock:admitted": N_("came back into the visit"),
    "room.knock:sent_back": N_("came back to the waiting room"),
    "room.knock:waiting": N_("came to the waiting room"),
    "room.leave:left": N_("left the visit"),
    "room.leave:sent_back": N_("went back to the waiting room, as no clinician was left"),
    "room.open": N_("opened the room of a visit"),
    "room.speak": N_("wrote in the chat of the visit"),
    "session.end": N_("signed out, or was signed out"),
    "session.open": N_("signed in"),
    "staff.add": N_("entered a member of staff"),
    "team.join": N_("put somebody on the care team"),
    "team.leave": N_("took somebody off the care team"),
    "today.read": N_("saw the visit on the page of the day"),
    "trail.export": N_("saved the trail as a file"),
    "trail.read": N_("read the trail"),
    "visit.arrived": N_("noted that the patient arrived"),
    "visit.cancelled": N_("cancelled the visit"),
    "visit.finished": N_("finished the visit"),
    "visit.guest_page": N_("opened the page of the visit"),
    "visit.in-progress": N_("began the visit"),
    "visit.note": N_("wrote the note of the visit"),
    "visit.plan": N_("planned a visit"),
    "visit.planned": N_("planned the visit again"),
    "visit.read": N_("read the visit"),
}
"""What was done or read; the sentence goes on after a name."""

REFUSALS: Mapping[str, str] = {
    "account.own": N_("was refused their account page"),
    "account.sign_in": N_("was not signed in: the e-mail address or the password was wrong"),
    "account.sign_out": N_("was refused signing out"),
    "account.unlock": N_("was refused unlocking the screen"),
    "chart.read": N_("was refused the patient's record"),
    "clinic.set": N_("was refused changing the clinic's settings"),
    "consent.record": N_("was refused recording consent"),
    "hours.manage": N_("was refused changing the clinic's hours"),
    "hours.own": N_("was refused changing their working hours"),
    "link.pin": N_("entered a wrong PIN for a visit link"),
    "my.consent": N_("was refused changing a patient's consent"),
    "my.pages": N_("was refused a patient's own pages"),
    "my.trail": N_("was refused a patient's own trail"),
    "notices.read": N_("was refused the list of messages"),
    "on_call.read": N_("was refused the on-call list"),
    "patient.add": N_("was refused entering a patient"),
    "patient.list": N_("was refused the list of patients"),
    "patient.register": N_("was refused changing a patient's details"),
    "room.admit": N_("was refused letting somebody into the visit"),
    "room.end": N_("was refused ending the visit"),
    "room.enter": N_("was refused entering the visit"),
    "room.knock": N_("was refused the waiting room"),
    "room.leave": N_("was refused leaving the visit"),
    "room.media": N_("was refused sound and picture of the visit"),
    "room.speak": N_("was refused writing in the chat of the visit"),
    "staff.manage": N_("was refused changing accounts of staff"),
    "team.manage": N_("was refused changing the care team"),
    "today.listen": N_("was refused the bells of the day"),
    "today.read": N_("was refused the page of the day"),
    "trail.read": N_("was refused the trail"),
    "visit.book": N_("was refused booking a visit"),
    "visit.guest_page": N_("was refused the page of the visit"),
    "visit.link": N_("was refused the links of the visit"),
    "visit.note": N_("was refused writing the note of the visit"),
    "visit.read": N_("was refused the visit"),
}
"""What somebody wanted and did not get."""

ACTORS: Mapping[str, str] = {
    "system": N_("rounds itself"),
    "stranger": N_("Somebody not signed in"),
    "staff": N_("A member of staff"),
    "guest": N_("Somebody with a visit link"),
    "my": N_("Somebody at home"),
}
"""Who acted, where no name is known."""

OUTCOMES: Mapping[str, str] = {
    "done": N_("Done"),
    "read": N_("Read"),
    "denied": N_("Refused"),
}


def deed_words(action: str, outcome: str, translate: Translate) -> str:
    """Return a line's sentence after the name, such as "read the visit"; see `trail.record`.

    An action this version has no words for, as from a newer one, is given as it stands.
    """
    words = REFUSALS if outcome == "denied" else DEEDS
    return translate(words[action]) if action in words else action


def actor_words(kind: str, translate: Translate) -> str:
    """Return who acted where no person is known, such as "rounds itself"."""
    return translate(ACTORS[kind]) if kind in ACTORS else kind


def outcome_words(outcome: str, translate: Translate) -> str:
    """Return how it ended: done, read or refused."""
    return translate(OUTCOMES[outcome]) if outcome in OUTCOMES else outcome
