"""What a screen reader makes of the screens of a visit: names, roles and order, the essential ones.

Parts that are not named here may stand between those that are; what is named stands in this order.
"""

from playwright.async_api import Page, expect

CHECK_IN = """
- main:
  - heading "Visit with Dr Amara Osei" [level=1]
  - paragraph: "/Step 2 of 4: your picture/"
  - region "Can you see yourself?":
    - group "Your picture"
    - heading "Can you see yourself?" [level=2]
    - button "Yes, I can see myself"
    - button "No, help me"
    - button "Join without camera"
    - button "Skip this step"
"""
WAITING = """
- main:
  - heading "Waiting room" [level=1]
  - region:
    - status:
      - heading "You are next" [level=2]
    - status: Camera and microphone are ready
  - region "For your safety":
    - group "Is it safe to talk where you are?":
      - button "Yes"
      - button "No"
      - button "I am not sure"
  - region "Messages":
    - heading "Messages" [level=2]
  - region "Your picture":
    - button "Mute"
    - button "Turn camera off"
  - region "Who will be there":
    - heading "Who will be there" [level=2]
  - region "Rather by phone?":
    - heading "Rather by phone?" [level=2]
  - button "Leave the waiting room"
"""
CALL = """
- main:
  - heading "In the call" [level=1]
  - region "Call":
    - status "Connection":
      - strong: /./
    - paragraph: /Dr Amara Osei can hear and see you|Connecting|may not hear/
    - group "Dr Amara Osei":
      - paragraph: Dr Amara Osei, GP
    - group "Mara Lindqvist":
      - paragraph: You
    - group "Your controls":
      - button "Mute"
      - button "Turn camera off"
      - button "Chat"
      - button "Leave"
"""
CHAT = """
- main:
  - region "Call":
    - group "Your controls":
      - button "Mute"
      - button "Chat" [expanded]
      - button "Leave"
    - region "Chat":
      - heading "Chat" [level=2]
      - button "Close"
      - log "Messages"
      - textbox "Message"
      - button "Send"
"""
AFTER = """
- main:
  - heading "Thank you, Mara" [level=1]
  - region "What happens next":
    - heading "What happens next" [level=2]
"""
DOOR = """
- region "Waiting room":
  - heading "Waiting room" [level=2]
  - status: 1 person is waiting
  - list:
    - listitem:
      - button "Admit Mara Lindqvist"
      - button "Deny Mara Lindqvist"
      - button "Message to Mara Lindqvist"
"""
SCREENS = {
    "see-yourself": CHECK_IN,
    "waiting-room": WAITING,
    "call": CALL,
    "call-chat": CHAT,
    "after": AFTER,
    "console-waiting": DOOR,
}


async def misread(page: Page, name: str) -> list[str]:
    """How a screen differs from what is to be read out of it; nothing for screens not named."""
    if name not in SCREENS:
        return []
    try:
        await expect(page.locator("body")).to_match_aria_snapshot(SCREENS[name])
    except AssertionError as difference:
        return [f"read out otherwise: {difference}"]
    return []
