/** Shows a line of the chat: who, when and the words; mine with how far it came. */
import { clockTime } from "../live/when.js";
import { faceOf } from "./people.js";

/**
 * @param {string} key
 * @param {Node | null} mark what the channel puts on each line, such as that only some read it
 * @returns {HTMLElement} an empty line
 */
export function rowOf(key, mark) {
  const element = document.createElement("div");
  element.className = "said";
  element.dataset["key"] = key;
  if (mark !== null) element.append(mark);
  return element;
}

/** @param {Element} element of `rowOf` @param {import("./state.js").Message} message @param {string | null} face */
export function fillTheirs(element, message, face) {
  if (message.mine) {
    fillMine(element, message.text, clockTime(message.at));
    return;
  }
  if (element.querySelector(".said__words") !== null) return;
  const who = document.createElement("p");
  who.className = "said__who";
  const name = document.createElement("strong");
  name.textContent = message.name;
  const time = document.createElement("time");
  time.dateTime = message.at;
  time.textContent = clockTime(message.at);
  who.append(name, " ", time);
  const side = document.createElement("div");
  side.append(who, words(message.text));
  element.append(faceOf({ name: message.name, face }, "s"), side);
}

/** @param {Element} element of `rowOf` @param {string} text @param {string} state how far it came, or when it was said */
export function fillMine(element, text, state) {
  if (element.querySelector(".said__words") === null) {
    element.setAttribute("data-mine", "");
    const below = document.createElement("p");
    below.className = "said__state";
    element.append(words(text), below);
  }
  const below = element.lastElementChild;
  if (below !== null && below.textContent !== state) below.textContent = state;
}

/** @param {string} text @returns {HTMLElement} */
function words(text) {
  const element = document.createElement("p");
  element.className = "said__words";
  element.textContent = text;
  return element;
}
