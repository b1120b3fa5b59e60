/** Makes and fills the elements of a plan's page. */

/** @typedef {Record<string, string | boolean | number | (() => void)>} Looks attributes; `text` is what stands inside, `press` is done when it is pressed */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Looks} [looks]
 * @param {...Node} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, looks = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(looks)) {
    if (name === "text") element.append(String(value));
    else if (name === "press" && typeof value === "function") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * @param {string} picture
 * @param {string} words
 * @param {() => void} press
 * @param {boolean} [alone] whether the words are for those who cannot see the picture
 * @returns {HTMLButtonElement}
 */
export function button(picture, words, press, alone = false) {
  const looks = { type: "button", class: `btn btn--small btn--quiet${alone ? " btn--icon" : ""}`, press };
  const icon = iconOf(picture);
  if (alone) return make("button", { ...looks, "aria-label": words, title: words }, ...icon);
  return make("button", looks, ...icon, document.createTextNode(` ${words}`));
}

/** @param {string} name @returns {Node[]} the drawing, if the page brought it */
export function iconOf(name) {
  const store = document.querySelector("template[data-plan-icons]");
  const found = store instanceof HTMLTemplateElement ? store.content.querySelector(`[data-icon="${name}"] > svg`) : null;
  return found === null ? [] : [found.cloneNode(true)];
}

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}

/** Writes only what is new, so that nothing is announced twice. @param {Element} element @param {string} words */
export function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** Puts children in order, moving only what stands elsewhere: a moved box loses its caret. @param {Element} list @param {Element[]} wanted */
export function arrange(list, wanted) {
  for (const child of [...list.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((child, at) => {
    if (list.children[at] !== child) list.insertBefore(child, list.children[at] ?? null);
  });
}
