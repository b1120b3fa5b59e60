/** The values of an item as controls, or as words for those who may only read. */
import { make } from "./parts.js";
import { _ } from "words";

/** @typedef {import("./items.js").Value} Value */
/** @typedef {{value: string, label: string}} Choice */
/** @typedef {{name: string, label: string, sort: string, choices: Choice[]}} Field */

/**
 * @param {Field} field
 * @param {(value: Value) => void} set is told what a person chose
 * @returns {{element: HTMLElement, show: (value: Value | undefined) => void}}
 */
export function control(field, set) {
  if (field.sort === "flag") {
    const box = make("input", { type: "checkbox" });
    box.addEventListener("change", () => set(box.checked));
    const element = make("label", { class: "check" }, box, make("span", { text: field.label }));
    return { element, show: (value) => void (box.checked = value === true) };
  }
  const input = field.choices.length > 0 ? chooser(field.choices) : entry(field.sort);
  input.addEventListener("change", () => {
    const text = input.value.trim();
    if (text === "") set(null);
    else if (field.sort !== "number") set(text);
    else if (Number.isInteger(Number(text))) set(Number(text));
  });
  const element = make("label", { class: "field planfield" }, make("span", { class: "field__label", text: field.label }), input);
  return {
    element,
    show: (value) => {
      // Whoever is choosing just now is not interrupted.
      if (document.activeElement !== input) input.value = value === undefined || value === null ? "" : String(value);
    },
  };
}

/** @param {Choice[]} choices */
function chooser(choices) {
  const none = make("option", { value: "", text: "–" });
  return make("select", { class: "field__input" }, none, ...choices.map(({ value, label }) => make("option", { value, text: label })));
}

/** @param {string} sort */
function entry(sort) {
  const type = sort === "day" ? "date" : sort === "number" ? "number" : "text";
  return make("input", { class: "field__input", type, ...(type === "text" ? { maxlength: 200 } : { step: 1 }) });
}

/** @param {readonly Field[]} fields @param {Record<string, Value>} values @returns {string[]} what is set, in words */
export function told(fields, values) {
  return fields.flatMap(({ name, label, sort, choices }) => {
    const value = values[name];
    if (value === undefined || value === null || value === false) return [];
    if (value === true) return [label];
    const chosen = choices.find((one) => one.value === value)?.label;
    const day = sort === "day" ? dayOf(String(value)) : undefined;
    return [_("{label}: {value}", { label, value: chosen ?? day ?? String(value) })];
  });
}

/** @param {string} day YYYY-MM-DD @returns {string} */
export function dayOf(day) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeZone: "UTC" });
  return format.format(new Date(`${day}T00:00:00Z`));
}
