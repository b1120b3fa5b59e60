/** Finds and clones the parts that the console's page brings along. */

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}

/**
 * @param {string} name as in `<template data-NAME>`
 * @returns {HTMLElement} a fresh copy of the template's one element
 */
export function copyOf(name) {
  const template = document.querySelector(`template[data-${name}]`);
  const first = template instanceof HTMLTemplateElement ? template.content.firstElementChild : null;
  if (first === null) throw new Error(`The page has no template ${name}`);
  return /** @type {HTMLElement} */ (first.cloneNode(true));
}

/**
 * @param {string} name of an icon in the page's store
 * @returns {Node} the drawing; the words beside it tell the same
 */
export function picture(name) {
  const store = document.querySelector("template[data-icons]");
  const found = store instanceof HTMLTemplateElement ? store.content.querySelector(`[data-icon="${name}"] > svg`) : null;
  if (found === null) throw new Error(`The page has no icon ${name}`);
  return found.cloneNode(true);
}

/**
 * Writes only what is new, so that nothing is announced twice.
 * @param {HTMLElement} element
 * @param {string} words
 */
export function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/**
 * Makes the children of a list match, in order; a row that stays keeps its focus.
 * @template T
 * @param {HTMLElement} list
 * @param {T[]} things
 * @param {(thing: T) => string} keyOf
 * @param {(thing: T) => HTMLElement} make
 * @param {(row: HTMLElement, thing: T) => void} fill
 */
export function match(list, things, keyOf, make, fill) {
  const rows = new Map([...list.children].map((row) => [/** @type {HTMLElement} */ (row).dataset["key"], row]));
  const wanted = things.map((thing) => {
    const key = keyOf(thing);
    const row = /** @type {HTMLElement} */ (rows.get(key) ?? make(thing));
    row.dataset["key"] = key;
    fill(row, thing);
    return row;
  });
  const kept = new Set(wanted);
  for (const row of [...list.children]) if (!kept.has(/** @type {HTMLElement} */ (row))) row.remove();
  wanted.forEach((row, at) => {
    if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
  });
}
