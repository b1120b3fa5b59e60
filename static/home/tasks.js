/** Keeps in sight what is to be done by whoever reads the day, what is late first. */
/**
 * @typedef {{
 *   task: string, url: string, subject: string, patient: string, owner: string, due: string,
 *   overdue: boolean, state_words: string, mine: boolean,
 * }} TodayTask
 */

export class Tasks {
  #root;
  #shown = "";

  /** @param {HTMLElement} root holds the list and the part it is made of */
  constructor(root) {
    this.#root = root;
  }

  /** @param {TodayTask[]} tasks in their order */
  show(tasks) {
    const told = JSON.stringify(tasks);
    if (told === this.#shown) return;
    this.#shown = told;
    this.#root.hidden = tasks.length === 0;
    const list = find(this.#root, "[data-tasks-list]");
    const held = document.activeElement?.closest("[data-key]")?.getAttribute("data-key");
    list.replaceChildren(...tasks.map((one) => this.#row(one)));
    const link = held ? list.querySelector(`[data-key="${CSS.escape(held)}"] a`) : null;
    if (link instanceof HTMLElement) link.focus();
  }

  /** @param {TodayTask} one */
  #row(one) {
    const template = this.#root.querySelector("template");
    const first = template?.content.firstElementChild;
    if (!first) throw new Error("The page has no part for a task");
    const row = /** @type {HTMLElement} */ (first.cloneNode(true));
    row.dataset["key"] = one.task;
    const link = find(row, "[data-subject]");
    link.setAttribute("href", one.url);
    find(link, "bdi").textContent = one.subject;
    find(row, "[data-patient]").textContent = one.patient;
    const due = find(row, "[data-due]");
    due.setAttribute("datetime", one.due);
    due.textContent = dayOf(one.due);
    find(row, "[data-overdue]").hidden = !one.overdue;
    find(row, "[data-state]").textContent = one.state_words;
    const owner = find(row, "[data-owner]");
    owner.hidden = one.mine;
    owner.textContent = one.owner;
    return row;
  }
}

/** @param {string} day in ISO 8601 @returns {string} such as "4 Dec 2026" */
function dayOf(day) {
  const language = document.documentElement.lang || undefined;
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(day));
}

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
function find(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}
