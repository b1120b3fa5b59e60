/** Keeps the day up to date: hears that something changed, asks what, and tells who waits. */
import { Channel, line } from "../live/socket.js";
import { clockTime } from "../live/when.js";
import { _ } from "words";
import { Day } from "./day.js";
import { Knocking, whoWaits } from "./knocking.js";

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
  const knocking = new Knocking(body);
  const me = new Channel("/me", { door: "staff" });
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
    if (answer.status === 401 || answer.status === 403 || answer.redirected) location.reload();
    if (!answer.ok || turn !== asked) return;
    /** @type {{visits: import("./day.js").TodayVisit[], counts?: string}} */
    const { visits } = await answer.json();
    show(visits);
  };

  /** @param {import("./day.js").TodayVisit[]} visits */
  const show = (visits) => {
    day.show(visits);
    list.hidden = visits.length === 0;
    find("[data-none]").hidden = visits.length > 0;
    find("[data-counts]").textContent = counts(visits);
    const waiting = visits.filter((visit) => visit.standing === "waiting");
    knocking.show(waiting.map((visit) => ({ admission: visit.admission ?? visit.id })));
    const words = whoWaits(waiting.map((visit) => visit.patient));
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
  line.addEventListener("changed", showLine);
  list.addEventListener("click", rememberAdmission);
  const clock = setInterval(() => {
    day.tick();
    if (line.state === "connected") fresh = clockTime(new Date());
  }, TICK);
  day.tick();
  me.open();

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

/** @param {import("./day.js").TodayVisit[]} visits @returns {string} */
function counts(visits) {
  if (visits.length === 0) return "";
  const done = visits.filter((visit) => visit.standing === "finished").length;
  const ahead = visits.filter((visit) => !["finished", "cancelled", "missed"].includes(visit.standing)).length;
  return _("{done} done, {to_come} to come", { done, to_come: ahead });
}
