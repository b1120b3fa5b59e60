/**
 * Gives texts in the language of the page: gettext for browser modules.
 *
 * The page carries its catalogue as JSON in `<script type="application/json" id="words">`:
 * `{"plural": "n != 1", "messages": {"Mute": "…", "{count} message": ["…", "…"]}}`, where `plural` is
 * the expression of the catalogue's Plural-Forms header (GNU gettext manual, "Plural forms").
 * Without that element every text is shown as written in the source.
 */
import { pluralIndex } from "./plural.js";

/** @typedef {{plural?: string, messages?: Record<string, string | string[]>}} Catalogue */

/** @type {Catalogue | null} */
let catalogue = null;

/** @returns {Catalogue} the catalogue of this page, read once */
function words() {
  if (catalogue === null) {
    const text = globalThis.document?.getElementById("words")?.textContent ?? "";
    catalogue = text.trim() === "" ? {} : /** @type {Catalogue} */ (JSON.parse(text));
  }
  return catalogue;
}

/**
 * Replaces `{name}` by the value of that name; an unknown name stays as it is.
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function fill(text, values) {
  if (values === undefined) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * The text in the page's language.
 * @param {string} text as written in the source; placeholders in braces
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function _(text, values) {
  const found = words().messages?.[text];
  return fill(typeof found === "string" && found !== "" ? found : text, values);
}

/**
 * The text for a number of things.
 * @param {string} one the source text for one thing
 * @param {string} many the source text for several
 * @param {number} count also given to the text as `{count}`
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function ngettext(one, many, count, values) {
  const all = { count, ...values };
  const forms = words().messages?.[one];
  const form = Array.isArray(forms) ? forms[pluralIndex(words().plural ?? "n != 1", count)] : undefined;
  return fill(form || (count === 1 ? one : many), all);
}
