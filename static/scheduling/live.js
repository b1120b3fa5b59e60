/** Keeps pages of the schedule true: one that is only read shows the change, one that is written on says so. */
import { bells } from "../live/bells.js";

/** Milliseconds after which a page that is only read is asked for anew: shifts begin and end by themselves. */
const AGAIN = 60_000;

/** @param {HTMLElement} body has `data-reads` where nothing can be written */
export function start(body) {
  const reads = body.hasAttribute("data-reads");
  const me = bells();
  const show = () => {
    if (reads) {
      location.reload();
      return;
    }
    for (const notice of body.querySelectorAll("[data-stale]")) notice.toggleAttribute("hidden", false);
  };
  me.on("schedule_changed", show);
  me.addEventListener("refused", () => location.reload());
  me.open();
  const clock = reads ? setInterval(() => document.hidden || location.reload(), AGAIN) : undefined;
  return () => {
    clearInterval(clock);
    me.close();
  };
}
