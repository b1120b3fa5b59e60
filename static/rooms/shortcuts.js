/** The keys of a visit: one table for the listener, for the buttons that say their key, and for the dialog of keys. */
import { _ } from "../live/words.js";

/** Where this browser remembers that its owner wants no single keys (WCAG 2.1.4). */
const OFF = "rounds.keys";
/** Told to the page when single keys were switched on or off. */
const SWITCHED = "rounds-keys";
/** Where keys are letters, or answers. */
const WRITING = "input, textarea, select, [contenteditable], dialog";

/**
 * `key` as it is typed, `control` the button of the call that it presses, empty where the page does more than that.
 * @typedef {{key: string, control: string, words: () => string}} Shortcut
 * @type {readonly Shortcut[]}
 */
export const SHORTCUTS = [
  { key: "m", control: "microphone", words: () => _("Mute or unmute yourself") },
  { key: "v", control: "camera", words: () => _("Turn your camera off or on") },
  { key: "s", control: "screen", words: () => _("Share your screen, or stop sharing it") },
  { key: "h", control: "hand", words: () => _("Raise or lower your hand") },
  { key: "a", control: "", words: () => _("Admit the person who has waited longest") },
  { key: "?", control: "", words: () => _("Show this list") },
];

/**
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, repeat: boolean,
 *   defaultPrevented: boolean}} event
 * @param {boolean} writing whether the person writes, or answers a question, where the focus is
 * @returns {string} key of the table, empty for none (pure)
 */
export function keyOf(event, writing) {
  if (writing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return "";
  const key = event.key.toLowerCase();
  return SHORTCUTS.some((one) => one.key === key) ? key : "";
}

/**
 * Presses the call's buttons by their keys; each button says its key while it works.
 * @param {HTMLElement} root the call's element
 * @param {AbortSignal} signal ends it
 */
export function pressByKey(root, signal) {
  const buttons = new Map(SHORTCUTS.flatMap(({ key, control }) => {
    const button = control === "" ? null : /** @type {HTMLButtonElement | null} */ (root.querySelector(`[data-control="${control}"]`));
    return button === null ? [] : [[key, button]];
  }));
  const tell = () => {
    for (const [key, button] of buttons) {
      if (keysOn()) button.setAttribute("aria-keyshortcuts", key);
      else button.removeAttribute("aria-keyshortcuts");
    }
  };
  tell();
  document.addEventListener(SWITCHED, tell, { signal });
  listen((key) => {
    const button = buttons.get(key);
    if (button !== undefined && !button.hidden) button.click();
  }, signal);
}

/**
 * Does what the page does for a key beside pressing the call's buttons.
 * @param {Record<string, () => void>} deeds by key
 * @param {AbortSignal} signal ends it
 */
export function actByKey(deeds, signal) {
  listen((key) => deeds[key]?.(), signal);
}

/** @param {(key: string) => void} deed @param {AbortSignal} signal */
function listen(deed, signal) {
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    const writing = target instanceof HTMLElement && target.closest(WRITING) !== null;
    const key = keysOn() ? keyOf(event, writing) : "";
    if (key !== "") deed(key);
  }, { signal });
}

/** @returns {boolean} whether single keys do anything */
export function keysOn() {
  return localStorage.getItem(OFF) !== "off";
}

/**
 * Fills the dialog of keys from the table, with the switch that turns them off.
 * @param {HTMLElement} dialog
 * @param {AbortSignal} signal
 */
export function fillKeys(dialog, signal) {
  const list = dialog.querySelector("[data-keylist]");
  const rows = [...SHORTCUTS.map(({ key, words }) => [key.toUpperCase(), words()]), ["Esc", _("Close what is open")]];
  list?.prepend(...rows.flatMap(([key, words]) => {
    const [term, what, cap] = [document.createElement("dt"), document.createElement("dd"), document.createElement("kbd")];
    cap.textContent = key ?? "";
    term.append(cap);
    what.textContent = words ?? "";
    return [term, what];
  }));
  const toggle = /** @type {HTMLInputElement | null} */ (dialog.querySelector("[name=keys]"));
  if (toggle === null) return;
  toggle.checked = keysOn();
  toggle.addEventListener("change", () => {
    localStorage.setItem(OFF, toggle.checked ? "on" : "off");
    document.dispatchEvent(new Event(SWITCHED));
  }, { signal });
}
