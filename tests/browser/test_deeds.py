"""What people do in a visit: write, knock, deny, revoke, send a new link, take notes."""

import asyncio
import re
import time

import pytest
from playwright.async_api import Route, expect

from tests.browser.coded import GP, PATIENT, SISTER
from tests.browser.meeting import Meeting
from tests.browser.person import PHONE, Person
from tests.measured import Measured

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

OUT_WITHIN = 3.0
"""Seconds from the press of "Revoke link" until the guest's page is closed and silent."""
KNOCK = [392, 392, 523]
"""Frequencies of the knock in whole Hz."""


async def open_chat(person: Person) -> None:
    """Bring the chat into sight, at a desk or on a phone."""
    if person.coded is GP:
        await person.page.get_by_role("tab", name="Chat").click()
    else:
        await person.button(re.compile("^Chat")).click()


async def test_chat_goes_both_ways_and_is_counted(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await patient.tile(GP).wait_for()
    await open_chat(gp)
    words = gp.page.get_by_role("textbox", name="Message")
    await words.fill("How did you sleep?")
    await words.press("Enter")
    await patient.button("Chat, 1 new message").click()
    heard = patient.region("Chat")
    await heard.get_by_text("How did you sleep?").wait_for()
    await heard.get_by_role("textbox", name="Message").fill("Better,\nthank you")
    await heard.get_by_role("button", name="Send").click()
    await gp.region("Panels").get_by_text("Better, thank you").wait_for()
    # It is still there after a reload, once.
    for person, panel in ((gp, "Panels"), (patient, "Chat")):
        await person.page.reload()
        await person.tile(PATIENT).wait_for()
        await open_chat(person)
        await expect(person.region(panel).get_by_text("How did you sleep?")).to_have_count(1)
        await expect(person.region(panel).get_by_text("Better, thank you")).to_have_count(1)


async def test_a_note_saves_itself_and_two_writers_lose_nothing(meeting: Meeting) -> None:
    gp = await meeting.gp()
    other = Person(GP, gp.context, await gp.context.new_page())
    other.watch(other.page)
    # The browser writes every refused request into its console.
    other.tolerate(r"409 \(Conflict\)")
    meeting.people.append(other)
    await other.page.goto(gp.page.url)
    note, theirs = (one.page.get_by_role("textbox", name="Note") for one in (gp, other))
    state = gp.page.locator("[data-note-state]")

    await note.fill("Sleeps better.")
    await expect(state).to_have_text("Saved")
    await theirs.fill("Wants to see Jonas.")
    conflict = other.page.get_by_role("alert").filter(has_text="Someone else changed this note")
    await conflict.wait_for()
    await expect(conflict).to_contain_text("Sleeps better.")
    await other.button("Keep both").click()
    await expect(other.page.locator("[data-note-state]")).to_have_text("Saved")
    await gp.page.reload()
    await expect(note).to_have_value("Sleeps better.\n\nWants to see Jonas.")


async def test_a_knock_is_heard_once_and_seen(meeting: Meeting) -> None:
    console = await meeting.gp()
    today = Person(GP, console.context, await console.context.new_page())
    today.watch(today.page)
    meeting.people.append(today)
    await today.page.goto(meeting.clinic.address + "/today")
    await today.page.get_by_text("Live", exact=True).wait_for()
    for page in (today.page, console.page):
        await page.bring_to_front()
        await page.get_by_role("heading", level=1).click()  # a browser is silent until touched

    patient = await meeting.guest(PATIENT)
    for person in (today, console):
        await expect(person.page).to_have_title(re.compile(r"^\(1\) "))
        await person.page.wait_for_function(
            "knock => senses.notes.join() === knock", arg=",".join(map(str, KNOCK))
        )
    row = today.page.locator(f"[data-visit='{meeting.visit}']")
    await expect(row).to_have_attribute("data-standing", "waiting")
    await expect(row.get_by_role("link", name=f"Admit {PATIENT.name}")).to_be_visible()
    await expect(today.page.locator("[data-told][role=status]")).to_contain_text(
        f"{PATIENT.name} is waiting."
    )
    door = console.region("Waiting room")
    await expect(door.get_by_role("status")).to_have_text("1 person is waiting")
    await patient.page.reload()
    await patient.waiting_room.wait_for()
    for person in (today, console):
        notes: list[int] = await person.page.evaluate("() => senses.notes")
        assert notes == KNOCK


async def test_a_press_for_one_guest_never_meets_the_next(meeting: Meeting) -> None:
    gp = await meeting.gp()
    for coded in (PATIENT, SISTER):
        await meeting.guest(coded)
    door = gp.region("Waiting room")
    first, second = (
        door.get_by_role("button", name=f"Admit {one.name}", exact=True)
        for one in (PATIENT, SISTER)
    )
    above = await first.bounding_box()
    assert above is not None
    x, y = above["x"] + above["width"] / 2, above["y"] + above["height"] / 2
    # A second press in the same place, as of somebody whose first one seemed to do nothing.
    await gp.page.mouse.click(x, y)
    await first.wait_for(state="hidden")
    await gp.page.mouse.click(x, y)
    below = await second.bounding_box()
    assert below is not None
    assert below["y"] > above["y"] + above["height"]
    await expect(door.get_by_role("status")).to_have_text("1 person is waiting")
    # When nobody reaches for the list any more, it closes up.
    await gp.page.wait_for_function(
        "([y]) => document.querySelector('[data-admit]').getBoundingClientRect().y < y",
        arg=[below["y"] - above["height"]],
    )
    assert await second.is_visible()


async def test_a_press_arrives_though_the_card_changes_under_it(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    door = gp.region("Waiting room")
    await door.get_by_text("Camera and microphone checked").wait_for()
    admit = door.get_by_role("button", name=f"Admit {PATIENT.name}", exact=True)
    await admit.hover()
    await gp.page.mouse.down()
    before = await admit.bounding_box()
    await meeting.guest(SISTER)
    await door.get_by_role("button", name="Admit all").wait_for()
    await patient.page.goto("about:blank")
    await door.get_by_text(re.compile(r"^Away since \d\d:\d\d, keeps the place$")).first.wait_for()
    assert await admit.bounding_box() == before
    await gp.page.mouse.up()
    await gp.tile(PATIENT).wait_for()


async def test_no_press_of_mute_or_leave_is_lost_while_the_page_loads(meeting: Meeting) -> None:
    gp = await meeting.gp()
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await gp.page.route(re.compile("/visits/console"), hold)
    await gp.page.reload(wait_until="commit")
    for word in ("Mute", "Turn camera off", "Leave"):
        await expect(gp.button(word)).to_be_disabled()
    held.set()
    await gp.button("Mute").click()
    await gp.button("Unmute").wait_for()
    await gp.end_for_everyone()
    await expect(gp.page.locator("[data-ended]")).to_be_visible()


DEVICES_ON_DEMAND = """
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const opened = new Promise((open) => { window.letDevicesOpen = open; });
  navigator.mediaDevices.getUserMedia = async (wish) => {
    await opened;
    const stream = await ask(wish);
    window.devicesOpened = true;
    return stream;
  };
"""


async def test_mute_and_camera_off_hold_though_the_devices_are_still_opening(
    meeting: Meeting,
) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await gp.page.add_init_script(DEVICES_ON_DEMAND)
    await gp.page.reload()
    await gp.button("Turn camera off").click()
    await gp.button("Mute").click()
    await gp.page.evaluate("window.letDevicesOpen()")
    await gp.page.wait_for_function("() => window.devicesOpened === true")
    await patient.tile(GP).get_by_role("img", name="Muted").wait_for()
    for word in ("Unmute", "Turn camera on"):
        assert await gp.button(word).is_visible()


async def test_on_a_phone_two_who_wait_leave_the_controls_in_reach(meeting: Meeting) -> None:
    gp = await meeting.gp(viewport=PHONE)
    for coded in (PATIENT, SISTER):
        await meeting.guest(coded)
    await gp.button("Admit all").wait_for()
    reached: list[bool] = await gp.page.evaluate(
        """() => [...document.querySelectorAll(".control:not([hidden])")].map((control) => {
          const { x, y, width, height } = control.getBoundingClientRect();
          return control.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        })"""
    )
    assert reached == [True] * 6  # mute, camera, share, hand, more, leave
    await gp.button("Admit all").click()
    await gp.has_beside(PATIENT, SISTER)


async def test_a_denied_guest_gets_a_phone_number_and_may_ask_again_later(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.button(f"Deny {PATIENT.name}").click()
    title = patient.page.get_by_role("heading", level=1).filter(visible=True)
    await expect(title).to_have_text("We can’t take you in right now")
    phone = patient.page.get_by_role("main").get_by_role("link", name="020 7946 0321")
    await expect(phone.filter(visible=True)).to_have_attribute("href", "tel:02079460321")
    again = patient.button("Ask again")
    await expect(again).to_have_attribute("aria-disabled", "true")
    await expect(patient.page.get_by_text("You can ask again in about 60 seconds.")).to_be_visible()
    await patient.page.reload()
    await expect(title).to_have_text("We can’t take you in right now")
    assert await patient.peers() == 0


async def test_a_revoked_link_ends_the_call_and_a_new_one_opens_elsewhere(
    meeting: Meeting, measured: Measured
) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    sister = await meeting.sits_down(SISTER)
    await sister.come_to_check_in(meeting.url(SISTER))
    guest = gp.page.get_by_role("listitem").filter(has_text=SISTER.name)
    await guest.get_by_text("Link opened").wait_for()

    # The sister is at her check-in: her link is taken back, and a second device gets a new one.
    await guest.get_by_role("button", name=f"Revoke link of {SISTER.name}").click()
    await gp.button("Revoke link").click()
    closed = sister.page.get_by_role("heading", level=1).filter(visible=True)
    await expect(closed).to_have_text("This link does not open anything now")
    await gp.button(f"New link for {SISTER.name}").click()
    made = gp.page.get_by_role("dialog", name="New link")
    link = await made.get_by_role("textbox", name="Link", exact=True).input_value()
    assert link.startswith(f"{meeting.clinic.address}/j#t=")
    await made.get_by_role("button", name="Done").click()
    elsewhere = await meeting.sits_down(SISTER)
    await elsewhere.wait_for_visit(link)
    await gp.admit(SISTER)
    await meeting.all_receive(gp, patient, elsewhere)

    # The new link is taken back in the middle of the call.
    url = gp.page.url
    invitation = elsewhere.page.url.rpartition("/")[2]
    revoked = time.time()
    answer = await gp.page.evaluate(
        """url => fetch(url, {
          method: "POST", body: "{}", headers: {"Content-Type": "application/json"},
        }).then((answer) => answer.status)""",
        f"{url}/links/{invitation}/revoke",
    )
    assert answer == 200
    closed = elsewhere.page.get_by_role("heading", level=1).filter(visible=True)
    await expect(closed).to_have_text("This link does not open anything now")
    took = time.time() - revoked
    measured("seconds from revoking a link to the end of its page and media", round(took, 3))
    assert took < OUT_WITHIN
    assert await elsewhere.peers() == 0
    await gp.has_beside(PATIENT)
    await meeting.all_receive(gp, patient)
    elsewhere.tolerate(r"status of 404 .*/j/peek")
    await elsewhere.page.goto(link)
    await expect(closed).to_have_text("This link does not open anything now")


async def test_an_early_link_gives_the_date_and_tries_the_devices(meeting: Meeting) -> None:
    early = await meeting.sits_down(PATIENT)
    await early.page.goto(meeting.links["visits"][-1]["patient_url"])
    title = early.page.get_by_role("heading", level=1).filter(visible=True)
    await expect(title).to_contain_text("Your visit is")
    await early.button("Try camera and microphone").click()
    await early.page.locator("[data-card=see]").wait_for()
    assert await early.peers() == 0
    assert await early.context.cookies() == []


async def test_five_wrong_pins_close_a_link_and_staff_send_a_new_one(meeting: Meeting) -> None:
    visit, url, pin = await meeting.clinic.visit_with_pin()
    wrong = [f"{(int(pin) + step) % 1_000_000:06d}" for step in range(1, 6)]
    patient = await meeting.sits_down(PATIENT)
    patient.tolerate(r"status of 422", r"status of 410")
    await patient.page.goto(url)
    field = patient.page.get_by_role("textbox", name="PIN")
    title = patient.page.get_by_role("heading", level=1).filter(visible=True)
    assert PATIENT.name not in await patient.page.locator("body").inner_text()
    for left, attempt in zip((4, 3, 2, 1), wrong, strict=False):
        await field.fill(attempt)
        await patient.button("Start check-in").click()
        tries = "1 try" if left == 1 else f"{left} tries"
        await patient.page.get_by_role("alert").get_by_text(f"You have {tries} left.").wait_for()
    await field.fill(wrong[4])
    await patient.button("Start check-in").click()
    await expect(title).to_have_text("For your safety this link is closed")
    await (
        patient.page.get_by_role("main")
        .get_by_role("link", name="020 7946 0321")
        .filter(visible=True)
        .wait_for()
    )
    await patient.page.reload()
    await expect(title).to_have_text("For your safety this link is closed")

    gp = await meeting.sits_down(GP)
    await gp.sign_in(meeting.url(GP))
    await gp.open_console(visit)
    await gp.region("Panels").get_by_text("PIN locked").wait_for()
    await gp.button(f"New link for {PATIENT.name}").click()
    made = gp.page.get_by_role("dialog", name="New link")
    link = await made.get_by_role("textbox", name="Link", exact=True).input_value()
    fresh = await made.get_by_role("textbox", name=re.compile("PIN")).input_value()
    assert re.fullmatch(r"\d{6}", fresh)
    assert fresh != pin
    await patient.page.goto(link)
    await field.fill(fresh)
    await patient.button("Start check-in").click()
    await patient.skip_checks()
    await gp.region("Waiting room").get_by_role("button", name=f"Admit {PATIENT.name}").wait_for()
