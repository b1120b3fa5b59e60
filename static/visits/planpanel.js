/** The care plan as a panel of the console: it is fetched when somebody first looks at it, and stays. */

/**
 * @param {HTMLElement} element
 * @returns {import("./panels.js").Panel}
 */
export function startPlanPanel(element) {
  /** @type {Promise<() => void> | null} */
  let running = null;
  let stopped = false;
  return {
    opened: () => {
      running ??= import("../careplan/page.js").then(({ start }) => start(element));
    },
    ended: () => true,
    stop: () => {
      if (stopped) return;
      stopped = true;
      void running?.then((stop) => stop());
    },
  };
}
