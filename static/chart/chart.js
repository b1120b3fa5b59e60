/** Keeps a chart up to date: hears that something changed and brings in what did. */
import { bells, onReturn } from "../live/bells.js";
import { _ } from "words";
import { bring, PageGone, pageAt } from "./fresh.js";

/** Milliseconds in which several bells are one. */
const GATHER = 150;

/** @param {HTMLElement} body */
export function start(body) {
  const patient = body.dataset["patient"];
  const told = body.querySelector("[data-told]");
  const me = bells();
  const end = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  let waits = false;

  const refresh = async () => {
    try {
      waits = bring(body, await pageAt(location.pathname, end.signal));
      if (told !== null) told.textContent = waits ? "" : _("The chart was brought up to date.");
    } catch (fault) {
      if (fault instanceof PageGone) location.reload(); // says that it is not theirs any more
    }
  };
  const refreshSoon = () => {
    clearTimeout(soon);
    soon = setTimeout(() => void refresh(), GATHER);
  };

  me.on("patient_changed", (bell) => {
    if (bell.patient === patient) refreshSoon();
  });
  onReturn(me, refreshSoon);
  me.addEventListener("refused", () => location.reload());
  body.addEventListener("focusout", () => {
    if (waits) refreshSoon();
  }, { signal: end.signal });
  me.open();

  return () => {
    clearTimeout(soon);
    end.abort();
    me.close();
  };
}
