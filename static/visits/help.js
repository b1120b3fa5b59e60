/** Explains, per browser and cause, what to do when the camera or microphone is not there (pure). */
import { _ } from "../live/words.js";

/**
 * @typedef {import("../media/causes.js").Cause} Cause
 * @typedef {"camera" | "microphone" | "both"} Missing
 * @typedef {"ios" | "android" | "chromium" | "firefox" | "safari" | "other"} Browser
 * @typedef {{title: string, intro: string, steps: string[]}} Help
 */

/** @param {string} agent navigator.userAgent @returns {Browser} which set of taps fits */
export function browserOf(agent) {
  if (/iPhone|iPad|iPod/.test(agent)) return "ios";
  if (/Android/.test(agent)) return "android";
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Chrome\/|Chromium\//.test(agent)) return "chromium";
  if (/Safari\//.test(agent)) return "safari";
  return "other";
}

/**
 * @param {Missing} missing
 * @param {Cause} cause
 * @param {Browser} browser
 * @returns {Help} in plain words; it blames nobody
 */
export function helpFor(missing, cause, browser) {
  switch (cause) {
    case "denied":
      return {
        title: title(missing, _("The camera is switched off for this page"),
          _("The microphone is switched off for this page"),
          _("Camera and microphone are switched off for this page")),
        intro: _("That is easy to change:"),
        steps: allowSteps(browser),
      };
    case "dismissed":
      return {
        title: _("Your browser still waits for an answer"),
        intro: _("It asks if this page may use your camera and microphone."),
        steps: [_("Tap “Try again”."), _("When your browser asks, tap “Allow”.")],
      };
    case "system":
      return {
        title: title(missing, _("Your device keeps the camera off"), _("Your device keeps the microphone off"),
          _("Your device keeps camera and microphone off")),
        intro: _("The browser may not use it yet. You can change that:"),
        steps: systemSteps(browser),
      };
    case "in_use":
      return {
        title: title(missing, _("We can’t see you yet"), _("We can’t hear you yet"), _("We can’t see or hear you yet")),
        intro: _("Another app may be using it, like a phone or video call."),
        steps: [_("Close other apps and pages that use the camera or the microphone."), _("Come back here and tap “Try again”.")],
      };
    case "none":
      return {
        title: title(missing, _("We don’t find a camera"), _("We don’t find a microphone"),
          _("We don’t find a camera or a microphone")),
        intro: _("You can go on without it. Or:"),
        steps: [_("Plug it in, or turn on your headset."), _("Come back here and tap “Try again”.")],
      };
    case "insecure":
      return {
        title: _("This page has no secure connection"),
        intro: _("Browsers give camera and microphone only to secure pages. The address must begin with https."),
        steps: [_("Open the link from our message again."), _("If you see this again, please call us.")],
      };
    default:
      return {
        title: title(missing, _("We can’t see you yet"), _("We can’t hear you yet"), _("We can’t see or hear you yet")),
        intro: _("This often helps:"),
        steps: [
          _("Close other apps that use the camera or the microphone."),
          _("Check that nothing covers the camera, and that no switch mutes the microphone."),
          _("Come back here and tap “Try again”."),
        ],
      };
  }
}

/**
 * @param {Missing} missing
 * @param {string} camera
 * @param {string} microphone
 * @param {string} both
 */
function title(missing, camera, microphone, both) {
  return { camera, microphone, both }[missing];
}

/** @param {Browser} browser @returns {string[]} how to take back "no" */
function allowSteps(browser) {
  const again = _("Come back here and tap “Try again”.");
  switch (browser) {
    case "ios":
      return [
        _("Tap the page sign at the left of the web address."),
        _("Tap “Website Settings”. Set Camera and Microphone to “Allow”."),
        again,
      ];
    case "android":
      return [
        _("Tap the settings sign beside the web address."),
        _("Tap “Permissions”. Turn on Camera and Microphone."),
        again,
      ];
    case "firefox":
      return [
        _("Click the camera or microphone sign beside the web address."),
        _("Click the cross next to “Blocked”."),
        again,
      ];
    case "safari":
      return [
        _("In the menu at the top, click “Safari”, then “Settings for This Website”."),
        _("Set Camera and Microphone to “Allow”."),
        again,
      ];
    case "chromium":
      return [
        _("Click the settings sign beside the web address."),
        _("Turn on Camera and Microphone."),
        again,
      ];
    default:
      return [
        _("Open the settings of your browser for this page."),
        _("Allow Camera and Microphone."),
        again,
      ];
  }
}

/** @param {Browser} browser @returns {string[]} where the device itself holds the switch */
function systemSteps(browser) {
  const again = _("Come back here and tap “Try again”.");
  if (browser === "ios") {
    return [_("Open “Settings” on your device, then scroll to your browser."), _("Turn on Camera and Microphone."), again];
  }
  if (browser === "android") {
    return [_("Open “Settings” on your device, then “Apps”, then your browser."), _("Tap “Permissions”. Allow Camera and Microphone."), again];
  }
  return [
    _("Open the privacy settings of your computer."),
    _("Under Camera and under Microphone, allow your browser."),
    _("Close your browser, open it again and open your link again."),
  ];
}
