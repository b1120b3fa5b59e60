/** Keeps the day up to date: hears that something changed, asks what, and tells who waits. */
import { bells } from "../live/bells.js";
import { line } from "../live/socket.js";
import { clockTime } from "../live/when.js";
import { _ } from "words";
import { Asks } from "./asks.js";
import { Colleagues } from "./colleagues.js";
import { Day, timeOf } from "./day.js";
import { Helping } from "./helping.js";
import { Knocking, whoWaits } from "./knocking.js";
import { Ringing } from "./ringing.js";
import { Tasks } from "./tasks.js";

/**
 * @typedef {{
 *   visits: import("./day.js").TodayVisit[],
 *   everybody: import("./day.js").TodayVisit[],
 *   on_call: string[],
 *   gaps: {begins: string, ends: string}[],
 *   counts: {done: number, to_come: number, last_end: string | null},
 *   unattended: number,
 *   tasks: import("./tasks.js").TodayTask[],
 *   colleagues: import("./colleagues.js").Colleague[],
 * } & import("./asks.js").Asked} Today
 */

/** Milliseconds between two looks at the clocks. */
const TICK = 15_000;

/** @param {HTMLElement} body */
export function start(body) {
  const find = (/** @type {string} */ selector) => {
    const found = body.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
    return found;
  };
  const list = find("[data-day]");
  const day = new Day(list, /** @type {HTMLTemplateElement} */ (find("template[data-parts]")));
  const helping = new Helping(body);
  const knocking = new Knocking(body);
  const asks = new Asks(find("[data-asks]"));
  const tasks = new Tasks(find("[data-tasks]"));
  const colleagues = new Colleagues(find("[data-colleagues]"));
  const me = bells();
  let told = "";
  let asked = 0;

  const refresh = async () => {
    const turn = ++asked;
    /** @type {Response} */
    let answer;
    try {
      answer = await fetch("/today.json", { credentials: "same-origin", cache: "no-store" });
    } catch {
      return; // the line is gone; coming back asks again
    }
    if (answer.status === 403) return; // the screen is locked: it says so itself
    if ([401, 404].includes(answer.status)) location.reload(); // signed out: the page shows the way in
    if (!answer.ok || turn !== asked) return;
    show(await answer.json());
  };

  /** @param {Today} today */
  const show = ({ visits, everybody, counts, on_call, gaps, unattended, ...asked }) => {
    asks.show(asked);
    tasks.show(asked.tasks);
    colleagues.show(asked.colleagues);
    find("[data-unattended]").hidden = unattended === 0;
    day.show(visits);
    helping.show(everybody, on_call, gaps);
    list.hidden = visits.length === 0;
    find("[data-none]").hidden = visits.length > 0;
    find("[data-counts]").textContent = visits.length === 0 ? "" : countWords(counts);
    const waiting = visits.flatMap(waitingFor);
    knocking.show(waiting);
    const words = whoWaits(waiting.map((one) => one.name));
    if (told !== "" || waiting.length > 0) tell(words);
  };

  /** @param {string} words */
  const tell = (words) => {
    if (words === told) return;
    told = words;
    find("[data-told]").textContent = words;
  };

  const showLine = () => {
    const state = find("[data-line]");
    const away = line.state === "reconnecting" || line.state === "lost";
    state.hidden = false;
    state.classList.toggle("state--attention", away);
    find("[data-line-words]").textContent = away
      ? _("Getting the connection back. The list is from {time}.", { time: fresh })
      : _("Live");
  };
  let fresh = clockTime(new Date());

  me.addEventListener("ready", () => {
    fresh = clockTime(new Date());
    showLine();
    void refresh();
  });
  me.addEventListener("refused", () => location.reload());
  me.on("today_changed", () => void refresh());
  me.on("guest_knocked", () => void refresh());
  me.on("messages_changed", () => void refresh());
  me.on("access_ended", () => void refresh());
  me.on("schedule_changed", () => void refresh());
  me.on("unlocked", () => void refresh());
  line.addEventListener("changed", showLine);
  list.addEventListener("click", rememberAdmission);
  const clock = setInterval(() => {
    day.tick();
    helping.tick();
    if (line.state === "connected") fresh = clockTime(new Date());
  }, TICK);
  day.tick();
  me.open();
  void new Ringing(body).open();

  return () => {
    clearInterval(clock);
    me.close();
  };
}

/**
 * Takes the press on "Admit" along to the console: the deed is the person's, never the address's.
 * @param {MouseEvent} event
 */
function rememberAdmission(event) {
  const link = event.target instanceof Element ? event.target.closest("[data-act]") : null;
  if (!(link instanceof HTMLAnchorElement)) return;
  const admission = link.dataset["admission"];
  if (admission) sessionStorage.setItem("rounds.admit", admission);
}

/**
 * Everyone who waits for one visit: the patient, and whoever comes along.
 * @param {import("./day.js").TodayVisit} visit
 * @returns {{key: string, name: string}[]}
 */
function waitingFor(visit) {
  const patient = visit.standing === "waiting" ? [{ key: visit.id, name: visit.patient }] : [];
  const others = visit.people.filter((person) => person.standing === "waiting");
  return [...patient, ...others.map(({ name }) => ({ key: `${visit.id} ${name}`, name }))];
}

/** @param {Today["counts"]} counts @returns {string} */
function countWords({ done, to_come, last_end }) {
  if (last_end === null) return _("{done} done, {to_come} to come", { done, to_come });
  return _("{done} done, {to_come} to come, last ends {last_end}", { done, to_come, last_end: timeOf(last_end) });
}
