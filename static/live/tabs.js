/** Tabs by the ARIA pattern: arrow keys move, the chosen panel shows. */

/**
 * @param {HTMLElement} list with role=tablist
 * @param {(panel: HTMLElement) => void} onShow told whenever another panel is chosen
 */
export function startTabs(list, onShow) {
  const all = [...list.querySelectorAll("[role=tab]")].filter((tab) => tab instanceof HTMLElement);

  /** @param {HTMLElement} chosen */
  const show = (chosen) => {
    for (const tab of all) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = !on;
      if (panel && on) onShow(panel);
    }
  };

  list.addEventListener("click", (event) => {
    const tab = event.target instanceof Element ? event.target.closest("[role=tab]") : null;
    if (tab instanceof HTMLElement) show(tab);
  });
  list.addEventListener("keydown", (event) => {
    const tabs = all.filter((tab) => !tab.hidden);
    const at = tabs.findIndex((tab) => tab === document.activeElement);
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backward = document.documentElement.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    /** @type {Record<string, number>} */
    const steps = { [forward]: at + 1, [backward]: at - 1, Home: 0, End: tabs.length - 1 };
    const next = steps[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const tab = tabs[(next + tabs.length) % tabs.length];
    if (!tab) return;
    show(tab);
    tab.focus();
  });
}
