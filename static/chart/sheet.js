/** Shows how far a caseload sheet is, until it is done. */
import { bring, PageGone, pageAt } from "./fresh.js";

/** Milliseconds between two looks. */
const LOOK = 1000;

/** @param {HTMLElement} body */
export function start(body) {
  const end = new AbortController();
  const stage = body.querySelector("[data-stage]")?.getAttribute("data-stage");

  const look = async () => {
    try {
      const fresh = await pageAt(location.pathname, end.signal);
      const now = fresh.querySelector("[data-stage]")?.getAttribute("data-stage");
      const goesOn = fresh.body.dataset["module"] === "chart/sheet";
      // Another stage is another page, with another heading: the reader hears it as one.
      if (now !== stage || !goesOn) location.reload();
      else bring(body, fresh);
    } catch (fault) {
      if (fault instanceof PageGone) location.reload();
    }
  };
  const clock = setInterval(() => void look(), LOOK);
  return () => {
    clearInterval(clock);
    end.abort();
  };
}
