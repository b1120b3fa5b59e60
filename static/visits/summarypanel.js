/** The summary as a panel of the console: it asks anew when it comes into sight, and is what is left at the end. */
import { startSummary } from "./summary.js";

/**
 * @param {HTMLElement} element
 * @returns {import("./panels.js").Panel}
 */
export function startSummaryPanel(element) {
  const summary = startSummary(element);
  return {
    opened: () => void summary?.refresh(),
    ended: () => true,
    leads: true,
    stop: () => summary?.stop(),
  };
}
