/** Explains, per browser and cause, what to do when the camera or microphone is not there (pure). */
import { _ } from "../live/words.js";
import { asksOncePerPage } from "./browsers.js";
import { allowSteps, realBrowserSteps, systemSteps } from "./taps.js";

/**
 * @typedef {import("../media/causes.js").Cause} Cause
 * @typedef {import("./browsers.js").Place} Place
 * @typedef {"camera" | "microphone" | "both"} Missing
 * @typedef {{title: string, intro: string, steps: string[], newLink: boolean}} Help `newLink` says that
 *   the way on needs another link, because this one belongs to this browser now
 */

/**
 * @param {Missing} missing
 * @param {Cause} cause
 * @param {Place} place
 * @returns {Help} in plain words; it blames nobody
 */
export function helpFor(missing, cause, place) {
  const stuck = cause === "unsupported" || (place.app !== "" && (cause === "denied" || cause === "unknown"));
  return { ...(stuck ? elsewhere(place) : here(missing, cause, place)), newLink: stuck };
}

/** @param {Place} place @returns {Omit<Help, "newLink">} */
function elsewhere(place) {
  return {
    title: place.app === "" || place.app === "app"
      ? _("This browser gives us no camera and microphone")
      : _("The browser inside of {app} gives us no camera and microphone", { app: place.app }),
    intro: _("Open your visit in the browser of your device, such as Safari or Chrome. Your link belongs to this app now, so ask for a new one:"),
    steps: [
      _("Tap “Send me my link again” below."),
      _("Hold your finger on the new link in our message and copy it, or open the message in another app."),
      _("Put it into the address line of Safari, Chrome or Firefox."),
    ],
  };
}

/** @param {Missing} missing @param {Cause} cause @param {Place} place @returns {Omit<Help, "newLink">} */
function here(missing, cause, place) {
  const unheard = title(missing, _("We can’t see you yet"), _("We can’t hear you yet"), _("We can’t see or hear you yet"));
  switch (cause) {
    case "denied":
      return {
        title: title(missing, _("The camera is switched off for this page"),
          _("The microphone is switched off for this page"),
          _("Camera and microphone are switched off for this page")),
        intro: _("That is easy to change:"),
        steps: allowSteps(place),
      };
    case "once":
    case "dismissed":
      return {
        title: cause === "once" ? _("Your browser was told “no” this time") : _("Your browser still waits for an answer"),
        intro: _("It asks if this page may use your camera and microphone."),
        steps: [
          asksOncePerPage(place) ? _("Tap “Try again”. The page loads anew.") : _("Tap “Try again”."),
          _("When your browser asks, tap “Allow”."),
        ],
      };
    case "system":
      return {
        title: title(missing, _("Your device keeps the camera off"), _("Your device keeps the microphone off"),
          _("Your device keeps camera and microphone off")),
        intro: _("The browser may not use it yet. You can change that:"),
        steps: systemSteps(place),
      };
    case "in_use":
      return {
        title: unheard,
        intro: _("Another app may be using it, like a phone or video call."),
        steps: [_("Close other apps and pages that use the camera or the microphone."), _("Come back here and tap “Try again”.")],
      };
    case "none":
    case "lost":
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
        title: unheard,
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
 * What to say before a link is bound to an app's own browser, where it may be stuck.
 * @param {Place} place
 * @param {boolean} able whether this browser gives pages devices at all
 * @returns {{title: string, steps: string[]} | null} null in a real browser
 */
export function beforeBinding(place, able) {
  if (able && place.app === "") return null;
  const app = place.app === "" || place.app === "app" ? _("this app") : place.app;
  return {
    title: able
      ? _("You are in the browser of {app}. Camera and microphone often do not work here.", { app })
      : _("Camera and microphone do not work in the browser of {app}.", { app }),
    steps: realBrowserSteps(place),
  };
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
