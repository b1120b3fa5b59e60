/** Shows staff what somebody answered on arriving and how their self-test went; nothing of it is sent on. */
import { clockTime } from "../live/when.js";
import { _ } from "words";
import { copyOf, part, picture, write } from "./parts.js";
import { toldWords } from "./told.js";

/** @typedef {import("../rooms/state.js").Arrival} Arrival */

/**
 * @param {HTMLElement} place where it stands; emptied when there is nothing to tell
 * @param {Arrival} arrival
 */
export function showArrival(place, { check_in = null, self_test = null }) {
  const now = JSON.stringify([check_in, self_test]);
  if (place.dataset["now"] === now) return;
  place.dataset["now"] = now;
  place.hidden = check_in === null && self_test === null;
  if (place.hidden) {
    place.replaceChildren();
    return;
  }
  const card = copyOf("arrival-parts");
  part(card, "[data-arrival-unsafe]").hidden = check_in?.safe !== "no";
  const left = check_in?.left_at ?? null;
  part(card, "[data-arrival-left]").hidden = left === null;
  write(part(card, "[data-arrival-left-words]"), left === null ? "" : _("Left the page quickly at {time}.", { time: clockTime(left) }));
  part(card, "[data-arrival-told]").hidden = check_in === null;
  const words = toldWords(check_in);
  write(part(card, "[data-arrival-place]"), words.place);
  const phone = /** @type {HTMLAnchorElement} */ (part(card, "[data-arrival-phone]"));
  write(phone, words.phone);
  if (check_in?.phone) phone.href = `tel:${check_in.phone}`;
  write(part(card, "[data-arrival-company]"), words.company);
  write(part(card, "[data-arrival-safe]"), words.safe);
  showTest(card, self_test);
  place.replaceChildren(card);
}

/** @param {HTMLElement} card @param {Arrival["self_test"]} test */
function showTest(card, test) {
  part(card, "[data-arrival-test]").hidden = !test;
  if (!test) return;
  const light = part(card, "[data-arrival-light]");
  light.classList.add({ good: "state--good", weak: "state--attention", bad: "state--danger" }[test.result]);
  const [icon, words] = lightWords(test.result);
  light.replaceChildren(picture(icon), words);
  const code = /** @type {HTMLAnchorElement} */ (part(card, "[data-arrival-code]"));
  code.href = `/visits/test?code=${test.code}`;
  code.textContent = _("Check code {code}", { code: test.code });
}

/** @param {"good" | "weak" | "bad"} result @returns {[string, string]} icon and words */
function lightWords(result) {
  if (result === "good") return ["circle-check", _("Self-test: works")];
  if (result === "weak") return ["triangle-alert", _("Self-test: may be hard")];
  return ["triangle-alert", _("Self-test failed: please phone")];
}
