/** Keeps a chart up to date: hears that something changed and brings in what did. */
import { Channel } from "../live/socket.js";
import { _ } from "words";
import { bring, PageGone, pageAt } from "./fresh.js";

/** Milliseconds in which several bells are one. */
const GATHER = 150;

/** @param {HTMLElement} body */
export function start(body) {
  const patient = body.dataset["patient"];
  const told = body.querySelector("[data-told]");
  const me = new Channel("/me", { door: "staff" });
  const end = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  let waits = false;
  let began = false;

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
  me.addEventListener("ready", () => {
    // After a loss nobody knows what was missed.
    if (began) refreshSoon();
    began = true;
  });
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
