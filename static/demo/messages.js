/** Looks for new messages of the demo clinic every few seconds and shows them, the newest first. */
import { dayAndTime } from "../live/when.js";
import { _ } from "words";

/** Milliseconds between two looks. */
const LOOK = 2500;

/**
 * @typedef {{
 *   id: string, person: string, channel: string, address: string, state: string,
 *   due_at: string, sent_at: string | null, subject: string, pieces: {text: string, link: boolean}[],
 * }} Message
 */

/** @param {HTMLElement} body */
export function start(body) {
  const list = part(body, "[data-list]");
  const template = part(body, "template[data-parts]");
  const parts = /** @type {HTMLTemplateElement} */ (template).content;
  let shown = "";
  for (const row of list.querySelectorAll("[data-message]")) tidy(row);

  const look = async () => {
    const lost = part(body, "[data-lost]");
    try {
      const answer = await fetch("/demo/messages.json", { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      lost.hidden = true;
      /** @type {{messages: Message[]}} */
      const { messages } = await answer.json();
      const told = JSON.stringify(messages);
      if (told !== shown) {
        shown = told;
        show(messages);
      }
    } catch {
      lost.hidden = false;
    }
  };

  /** @param {Message[]} messages */
  const show = (messages) => {
    list.hidden = messages.length === 0;
    part(body, "[data-none]").hidden = messages.length > 0;
    const known = new Map([...list.children].map((row) => [row.getAttribute("data-message"), row]));
    const rows = messages.map((message) => {
      const row = known.get(message.id) ?? /** @type {Element} */ (part(parts, "[data-message]").cloneNode(true));
      fill(row, message, parts);
      return row;
    });
    for (const row of known.values()) if (!rows.includes(row)) row.remove();
    rows.forEach((row, at) => {
      if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
    });
  };

  const clock = setInterval(() => void look(), LOOK);
  return () => clearInterval(clock);
}

/** @param {Element} row @param {Message} message @param {DocumentFragment} parts */
function fill(row, message, parts) {
  row.setAttribute("data-message", message.id);
  row.setAttribute("data-state", message.state);
  const picture = part(parts, `[data-picture="${message.channel}"]`);
  part(row, "[data-way]").replaceChildren(...[...picture.children].map((one) => one.cloneNode(true)));
  part(row, "[data-person]").textContent = message.person;
  part(row, "[data-address]").textContent = message.address;
  const subject = part(row, "[data-subject]");
  subject.hidden = message.subject === "";
  subject.textContent = message.subject;
  part(row, "[data-when]").textContent = when(message.state, message.sent_at ?? message.due_at);
  part(row, "[data-text]").replaceChildren(...message.pieces.map((piece) => {
    if (!piece.link) return piece.text;
    const link = document.createElement("a");
    link.href = piece.text;
    link.textContent = piece.text;
    return link;
  }));
}

/** @param {Element} row writes the moment of a row that the server drew as people say it */
function tidy(row) {
  const time = row.querySelector("time");
  if (time?.dateTime) part(row, "[data-when]").textContent = when(row.getAttribute("data-state") ?? "", time.dateTime);
}

/** @param {string} state @param {string} moment @returns {string} */
function when(state, moment) {
  const time = dayAndTime(moment);
  if (state === "sent") return time;
  if (state === "waiting") return _("Will be sent {time}", { time });
  if (state === "cancelled") return _("Taken back before it was sent");
  return _("Could not be delivered");
}

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}
