/** The taps that give a page camera and microphone, per browser and system (pure). */
import { _ } from "../live/words.js";

/** @typedef {import("./browsers.js").Place} Place */

/** @type {Record<import("./browsers.js").Program, string>} */
const NAMES = {
  chrome: "Chrome", edge: "Edge", samsung: "Samsung Internet", firefox: "Firefox", safari: "Safari", other: "",
};

/** @returns {string} */
function again() {
  return _("Come back here and tap “Try again”.");
}

/** @param {Place} place @returns {string} the browser's name, or words for it */
function nameOf({ program }) {
  return NAMES[program] || _("your browser");
}

/** @param {Place} place @returns {string[]} how to take back a "no" that holds for good */
export function allowSteps(place) {
  switch (place.system) {
    case "ios":
      return place.program === "safari" ? safariOnPhone() : programOnPhone(place);
    case "android":
      return place.program === "firefox" ? firefoxOnPhone() : sliderOnPhone(place);
    default:
      return onComputer(place);
  }
}

/** @returns {string[]} */
function safariOnPhone() {
  return [
    _("Tap the page sign beside the web address."),
    _("Tap “Website Settings”, or the three dots and then “Website Settings”."),
    _("Set Camera and Microphone to “Allow”."),
    again(),
  ];
}

/** @param {Place} place @returns {string[]} browsers other than Safari ask through the phone's own settings */
function programOnPhone(place) {
  return [
    _("Open “Settings” on your device and look for {browser}.", { browser: nameOf(place) }),
    _("Turn on Camera and Microphone."),
    _("Come back, load this page again, and tap “Allow”."),
  ];
}

/** @returns {string[]} */
function firefoxOnPhone() {
  return [
    _("Tap the lock or shield sign beside the web address."),
    _("Tap Camera and Microphone, so that they say “Allowed”."),
    again(),
  ];
}

/** @param {Place} place @returns {string[]} */
function sliderOnPhone({ program }) {
  const sign = program === "chrome"
    ? _("Tap the settings sign beside the web address.")
    : _("Tap the lock sign beside the web address.");
  return [sign, _("Tap “Permissions”. Turn on Camera and Microphone."), again()];
}

/** @param {Place} place @returns {string[]} */
function onComputer({ program }) {
  switch (program) {
    case "firefox":
      return [
        _("Click the crossed camera or microphone sign beside the web address."),
        _("Click the cross next to “Blocked”."),
        again(),
      ];
    case "safari":
      return [
        _("In the menu at the top, click “Safari”, then “Settings for This Website”."),
        _("Set Camera and Microphone to “Allow”."),
        again(),
      ];
    case "edge":
      return [
        _("Click the lock sign beside the web address, then “Permissions for this site”."),
        _("Set Camera and Microphone to “Allow”."),
        again(),
      ];
    case "chrome":
      return [_("Click the settings sign beside the web address."), _("Turn on Camera and Microphone."), again()];
    default:
      return [_("Open the settings of your browser for this page."), _("Allow Camera and Microphone."), again()];
  }
}

/** @param {Place} place @returns {string[]} where the phone or computer itself holds the switch */
export function systemSteps(place) {
  const browser = nameOf(place);
  const anew = _("Close your browser, open it again and open your link again.");
  switch (place.system) {
    case "ios":
      return [
        _("Open “Settings” on your device and look for {browser}.", { browser }),
        _("Turn on Camera and Microphone."),
        again(),
      ];
    case "android":
      return [
        _("Pull down from the top of the screen twice. “Camera access” and “Mic access” must be on."),
        _("Open “Settings”, then “Apps”, then {browser}. Tap “Permissions”. Allow Camera and Microphone.", { browser }),
        again(),
      ];
    case "mac":
      return [
        _("Open the Apple menu, “System Settings”, then “Privacy & Security”."),
        _("Under Camera and under Microphone, turn on {browser}.", { browser }),
        anew,
      ];
    case "windows":
      return [
        _("Open “Settings”, then “Privacy & security”."),
        _("Under Camera and under Microphone, turn on access, also for desktop apps."),
        anew,
      ];
    default:
      return [
        _("Open the privacy settings of your computer."),
        _("Under Camera and under Microphone, allow your browser."),
        anew,
      ];
  }
}

/** @param {Place} place @returns {string[]} from an app's own browser to the real one */
export function realBrowserSteps({ system }) {
  if (system === "ios") {
    return [
      _("Tap the three dots or the share sign at the edge of the screen."),
      _("Tap “Open in browser” or “Open in Safari”."),
    ];
  }
  if (system === "android") {
    return [_("Tap the three dots at the top."), _("Tap “Open in browser” or “Open in Chrome”.")];
  }
  return [_("Copy the link from our message."), _("Put it into the address line of Chrome, Edge, Firefox or Safari.")];
}
