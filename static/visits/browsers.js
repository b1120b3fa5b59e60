/** Tells which browser, system and app a page is open in, to choose the taps that help (pure). */

/**
 * @typedef {"chrome" | "edge" | "samsung" | "firefox" | "safari" | "other"} Program
 * @typedef {"ios" | "android" | "mac" | "windows" | "other"} System
 * @typedef {{program: Program, system: System, app: string}} Place `app` names the app whose own
 *   browser this is, such as a messenger; empty in a real browser
 */

/** In this order: each says of itself that it is all those below, too. @type {[Program, RegExp][]} */
const PROGRAMS = [
  ["samsung", /SamsungBrowser\//],
  ["edge", /Edg(?:A|iOS)?\//],
  ["firefox", /Firefox\/|FxiOS\//],
  ["chrome", /Chrome\/|CriOS\/|Chromium\//],
  ["safari", /Safari\//],
];

/** Apps that open links in a browser of their own. @type {[string, RegExp][]} */
const APPS = [
  ["Messenger", /FBAN\/Messenger|MessengerForiOS|Orca-Android/],
  ["Instagram", /Instagram/],
  ["Facebook", /FBAN|FBAV|FB_IAB/],
  ["Line", /\bLine\//],
  ["WeChat", /MicroMessenger/],
  ["WhatsApp", /WhatsApp/],
  ["Telegram", /Telegram/],
  ["Snapchat", /Snapchat/],
  ["TikTok", /BytedanceWebview|musical_ly|TikTok/],
  ["LinkedIn", /LinkedInApp/],
  ["X", /Twitter/],
  ["Viber", /Viber/],
  ["Google", /\bGSA\//],
];

/**
 * @param {string} agent navigator.userAgent
 * @param {number} [touches] navigator.maxTouchPoints: an iPad says that it is a Mac, and no Mac has a touch screen
 * @returns {Place}
 */
export function placeOf(agent, touches = 0) {
  const program = PROGRAMS.find(([, sign]) => sign.test(agent))?.[0] ?? "other";
  return { program, system: systemOf(agent, touches), app: appOf(agent) };
}

/** @param {string} agent @param {number} touches @returns {System} */
function systemOf(agent, touches) {
  if (/iPhone|iPad|iPod/.test(agent)) return "ios";
  if (/Android/.test(agent)) return "android";
  if (/Macintosh/.test(agent)) return touches > 1 ? "ios" : "mac";
  return /Windows/.test(agent) ? "windows" : "other";
}

/** @param {string} agent @returns {string} a name, "app" for one that does not say which it is, or nothing */
function appOf(agent) {
  const named = APPS.find(([, sign]) => sign.test(agent));
  if (named !== undefined) return named[0];
  const bare = /iPhone|iPad|iPod/.test(agent) && /AppleWebKit/.test(agent) && !/Safari\//.test(agent);
  return bare || /; wv\)/.test(agent) ? "app" : "";
}

/**
 * @param {Place} place
 * @returns {boolean} whether a "no" holds until the page is loaded again, as in every browser made of WebKit
 */
export function asksOncePerPage({ program, system }) {
  return system === "ios" || (system === "mac" && program === "safari");
}
