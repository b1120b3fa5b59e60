/**
 * The rail of panels beside the call.
 *
 * An entry in `PANELS` and one in `templates/visits/panels.html`, under the same name, make a panel.
 */
import { startTabs } from "../live/tabs.js";
import { startPeople } from "./people.js";
import { part, write } from "./parts.js";
import { startPlanPanel } from "./planpanel.js";
import { startSummaryPanel } from "./summarypanel.js";
import { startWritten } from "./written.js";

/**
 * @typedef {import("../rooms/state.js").RoomState} RoomState
 * @typedef {{
 *   show?: (state: RoomState) => void,
 *   opened?: () => void,
 *   ended?: () => boolean,
 *   leads?: boolean,
 *   stop?: () => void,
 * }} Panel `show` follows the room; `opened` is told when it comes into sight; `ended` does what the
 *   end of the visit asks for and says whether it still serves, a panel without it does not; one that
 *   `leads` comes into sight then
 * @typedef {{
 *   visit: string,
 *   room: import("../rooms/room.js").RoomConnection,
 *   toast: import("./toast.js").Toast,
 *   reasons: import("./reasons.js").Reasons,
 *   links: import("./links.js").Links,
 * }} Around what the console shares with its panels
 * @typedef {Around & {
 *   inSight: () => boolean,
 *   count: (count: number, words: string) => void,
 * }} Parts `inSight` says whether somebody sees the panel, `count` puts a number on its tab, which is
 *   said in these words
 */

/** @type {Record<string, (element: HTMLElement, parts: Parts) => Panel>} */
const PANELS = {
  people: startPeople,
  chat: startWritten,
  plan: startPlanPanel,
  summary: startSummaryPanel,
};

export class Panels {
  #element;
  /** @type {Map<string, Panel>} */
  #panels = new Map();

  /** @param {HTMLElement} element of `templates/visits/panels.html` @param {Around} around */
  constructor(element, around) {
    this.#element = element;
    for (const [name, start] of Object.entries(PANELS)) {
      const body = element.querySelector(`#panel-${name}`);
      if (!(body instanceof HTMLElement)) continue; // not for this person's role
      this.#panels.set(name, start(body, {
        ...around,
        inSight: () => !body.hidden && !document.hidden,
        count: (count, words) => this.#count(name, count, words),
      }));
    }
    startTabs(part(element, ".panel__tabs"), (body) => this.#panels.get(nameOf(body))?.opened?.());
  }

  /** @param {RoomState} state */
  show(state) {
    for (const panel of this.#panels.values()) panel.show?.(state);
  }

  /** The visit is over: only what still serves stays, and whatever that is comes into sight. */
  end() {
    const serving = [...this.#panels].filter(([, panel]) => panel.ended?.() ?? false).map(([name]) => name);
    for (const name of this.#panels.keys()) this.#tab(name).hidden = !serving.includes(name);
    this.#element.hidden = serving.length === 0;
    const shown = serving.find((name) => this.#panels.get(name)?.leads) ??
      serving.find((name) => this.#tab(name).getAttribute("aria-selected") === "true") ?? serving[0];
    if (shown !== undefined) this.#tab(shown).click();
  }

  stop() {
    for (const panel of this.#panels.values()) panel.stop?.();
  }

  /** @param {string} name @param {number} count @param {string} words */
  #count(name, count, words) {
    const badge = part(this.#tab(name), "[data-count]");
    badge.hidden = count === 0;
    write(part(badge, "[data-number]"), count === 0 ? "" : String(count));
    write(part(badge, "[data-words]"), count === 0 ? "" : words);
  }

  /** @param {string} name @returns {HTMLElement} */
  #tab(name) {
    return part(this.#element, `#tab-${name}`);
  }
}

/** @param {HTMLElement} body @returns {string} */
function nameOf(body) {
  return body.id.replace("panel-", "");
}
