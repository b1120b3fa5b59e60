/** A small form in which one says something, and may name somebody. */
import { make } from "./parts.js";
import { _ } from "words";

/**
 * @param {string} label
 * @param {readonly import("./fields.js").Choice[]} people who can be named
 * @param {readonly Node[]} more what stands between the words and the button
 * @param {(body: string) => boolean} send is given the words; false keeps them in the form
 * @returns {HTMLFormElement}
 */
export function writing(label, people, more, send) {
  const body = make("textarea", { class: "field__input", rows: 2, maxlength: 2000, "aria-label": label });
  const form = make("form", { class: "stack stack--snug" }, body, mention(body, people), ...more,
    make("button", { type: "submit", class: "btn btn--small", text: _("Send") }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (send(body.value.trim())) body.value = "";
  });
  return form;
}

/** @param {HTMLTextAreaElement} body @param {readonly import("./fields.js").Choice[]} people @returns {HTMLElement} a list that puts somebody's name into the text */
function mention(body, people) {
  const none = make("option", { value: "", text: _("Mention somebody") });
  const list = make("select", { class: "field__input", "aria-label": _("Mention somebody") }, none,
    ...people.map(({ label }) => make("option", { value: label, text: label })));
  list.addEventListener("change", () => {
    if (list.value === "") return;
    body.setRangeText(`@${list.value} `, body.selectionStart, body.selectionEnd, "end");
    list.value = "";
    body.focus();
  });
  return list;
}
