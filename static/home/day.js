/** Shows the visits of the day as rows, made from the page's own parts and changed in place. */
import { _ } from "words";

/**
 * @typedef {"not_opened" | "opened" | "waiting" | "away" | "in_call" | "finished" | "cancelled" | "missed"} Standing
 * @typedef {{name: string, role_label: string, standing: string}} Companion
 * @typedef {{
 *   id: string, url: string, start: string, minutes: number, patient: string, purpose: string | null,
 *   standing: Standing, waiting_since: string | null, admission: string | null,
 *   people: Companion[], is_next: boolean, is_past: boolean, answer: "yes" | "no" | null,
 *   light: "good" | "weak" | "bad" | null, unsafe: boolean,
 * }} TodayVisit
 */

export class Day {
  #list;
  #parts;
  #now;
  #marksNow;
  /** The clinic's distance from UTC in minutes: this computer may stand in another time zone. */
  #offset = -new Date().getTimezoneOffset();

  /**
   * @param {HTMLElement} list the rows
   * @param {HTMLTemplateElement} template holds a row, a companion and a state per standing
   * @param {boolean} [marksNow] whether a line is drawn between what was and what comes
   */
  constructor(list, template, marksNow = true) {
    this.#list = list;
    this.#parts = template.content;
    this.#now = list.querySelector("[data-now]") ?? nowLine();
    this.#marksNow = marksNow;
  }

  /** @param {TodayVisit[]} visits in the order of the day */
  show(visits) {
    this.#offset = offsetOf(visits[0]?.start) ?? this.#offset;
    const rows = visits.map((visit) => {
      const row = this.#row(visit.id);
      this.#fill(row, visit);
      return row;
    });
    for (const row of this.#rows()) if (!rows.includes(row)) row.remove();
    const ahead = visits.findIndex((visit) => !visit.is_past);
    /** @type {Element[]} */
    const wanted = [...rows];
    if (ahead >= 0 && this.#marksNow) wanted.splice(ahead, 0, this.#now);
    else this.#now.remove();
    this.#order(wanted);
    this.tick();
  }

  /** Moves the clocks: now, and how long each person has waited. */
  tick() {
    const time = this.#now.querySelector("time");
    if (time) time.textContent = clinicClock(Date.now(), this.#offset);
    for (const row of this.#rows()) {
      const since = part(row, "[data-since]");
      const from = since.dataset["since"];
      since.textContent = from ? waited(from) : "";
    }
  }

  /** @param {string} id @returns {HTMLElement} the row of a visit, a new one if there is none */
  #row(id) {
    const found = this.#rows().find((row) => row.dataset["visit"] === id);
    if (found) return found;
    const row = part(this.#parts, "[data-visit]").cloneNode(true);
    return /** @type {HTMLElement} */ (row);
  }

  /** @returns {HTMLElement[]} */
  #rows() {
    return [...this.#list.querySelectorAll("[data-visit]")].filter((row) => row instanceof HTMLElement);
  }

  /**
   * Puts rows into order by moving only what stands wrong, so that focus stays where it is.
   * @param {Element[]} wanted
   */
  #order(wanted) {
    wanted.forEach((row, at) => {
      const here = this.#list.children[at];
      if (here !== row) this.#list.insertBefore(row, here ?? null);
    });
  }

  /** @param {HTMLElement} row @param {TodayVisit} visit */
  #fill(row, visit) {
    row.dataset["visit"] = visit.id;
    row.toggleAttribute("data-next", visit.is_next);
    row.toggleAttribute("data-past", visit.is_past);
    const time = /** @type {HTMLTimeElement} */ (part(row, ".day__time"));
    write(time, timeOf(visit.start));
    time.dateTime = visit.start;
    write(part(row, "[data-name]"), visit.patient);
    const { purpose, minutes } = visit;
    write(part(row, "[data-purpose]"), purpose ? _("{purpose}, {minutes} min", { purpose, minutes }) : _("{minutes} min", { minutes }));
    part(row, "[data-since]").dataset["since"] = visit.waiting_since ?? "";
    this.#companions(part(row, "[data-people]"), visit.people);
    this.#answers(part(row, "[data-answers]"), visit);
    if (row.dataset["standing"] !== visit.standing || part(row, "[data-state]").childElementCount === 0) {
      row.dataset["standing"] = visit.standing;
      const state = part(this.#parts, `[data-standing-part="${visit.standing}"]`);
      part(row, "[data-state]").replaceChildren(...[...state.children].map((child) => child.cloneNode(true)));
    }
    way(/** @type {HTMLAnchorElement} */ (part(row, "[data-act]")), visit);
  }

  /** @param {HTMLElement} list @param {TodayVisit} visit what the patient said, and how their test went */
  #answers(list, { answer, light, unsafe }) {
    const wanted = [
      ...(answer ? [`[data-answer="${answer}"]`] : []),
      ...(light ? [`[data-light="${light}"]`] : []),
      ...(unsafe ? ["[data-unsafe]"] : []),
    ];
    list.hidden = wanted.length === 0;
    if (list.childElementCount === wanted.length && wanted.every((one, at) => list.children[at]?.matches(one))) return;
    list.replaceChildren(...wanted.map((one) => part(this.#parts, `ol > ${one}`).cloneNode(true)));
  }

  /** @param {HTMLElement} list @param {Companion[]} people */
  #companions(list, people) {
    list.hidden = people.length === 0;
    const told = JSON.stringify(people);
    if (list.dataset["shown"] === told) return;
    list.dataset["shown"] = told;
    list.replaceChildren(...people.map((person) => {
      const one = /** @type {HTMLElement} */ (part(this.#parts, "ul > .tag").cloneNode(true));
      const waits = person.standing === "waiting";
      one.classList.toggle("tag--attention", waits);
      const name = document.createElement("bdi");
      name.textContent = person.name;
      const rest = waits ? _(", {role}, is waiting", { role: person.role_label }) : `, ${person.role_label}`;
      part(one, "span").replaceChildren(name, rest);
      return one;
    }));
  }
}

/**
 * The one thing to do with a visit: admit whoever waits, or open it.
 * @param {HTMLAnchorElement} link
 * @param {TodayVisit} visit
 */
function way(link, visit) {
  const waits = visit.admission !== null;
  link.setAttribute("href", visit.url);
  link.dataset["admission"] = visit.admission ?? "";
  link.classList.toggle("btn--main", waits);
  link.classList.toggle("btn--small", !waits);
  link.classList.toggle("btn--quiet", visit.is_past);
  const name = visit.patient;
  const whom = _("visit of {name}, {time}", { name, time: timeOf(visit.start) });
  const words = waits ? _("Admit {name}", { name }) : _("Open") + " " + whom;
  if (link.textContent?.replace(/\s+/g, " ").trim() === words) return;
  if (waits) {
    link.textContent = words;
    return;
  }
  const whose = document.createElement("span");
  whose.className = "visually-hidden";
  whose.textContent = ` ${whom}`;
  link.replaceChildren(_("Open"), whose);
}

/** @param {string} since @returns {string} whole minutes, such as "3 min"; empty in the first one */
function waited(since) {
  const minutes = Math.floor((Date.now() - Date.parse(since)) / 60_000);
  return minutes > 0 ? _("{minutes} min", { minutes }) : "";
}

/** @param {string | undefined} moment in ISO 8601 @returns {number | null} minutes from UTC */
function offsetOf(moment) {
  const [, sign, hours, minutes] = moment?.match(/([+-])(\d\d):(\d\d)$/) ?? [];
  return sign === undefined ? null : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/**
 * @param {number} moment in milliseconds since 1970
 * @param {number} offset minutes from UTC
 * @returns {string} the time of day there, as the page's language writes it
 */
function clinicClock(moment, offset) {
  const language = document.documentElement.lang;
  return new Intl.DateTimeFormat(language, { timeStyle: "short", timeZone: "UTC" }).format(moment + offset * 60_000);
}

/** @param {string} moment in ISO 8601 with its offset @returns {string} the time of day at that offset */
export function timeOf(moment) {
  return clinicClock(Date.parse(moment), offsetOf(moment) ?? 0);
}

/** @returns {HTMLElement} the line between what was and what comes */
function nowLine() {
  const line = document.createElement("li");
  line.className = "day__now";
  line.setAttribute("aria-hidden", "true");
  line.append(document.createElement("time"));
  return line;
}

/** @param {HTMLElement} element @param {string} words */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}
