/** Searches the patients while somebody types, and keeps the list up to date. */
import { bells, onReturn } from "../live/bells.js";
import { bring, PageGone, pageAt } from "./fresh.js";

/** Milliseconds after the last letter; after a bell, in which several are one. */
const AFTER_A_LETTER = 150;
const AFTER_A_BELL = 1000;

/** @param {HTMLElement} body */
export function start(body) {
  const form = body.querySelector("[data-search]");
  const field = body.querySelector("#q");
  const told = body.querySelector("[data-told]");
  if (!(form instanceof HTMLFormElement) || !(field instanceof HTMLInputElement)) return undefined;
  const me = bells();
  const end = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  let asked = new AbortController();
  let waits = false;

  const search = async () => {
    asked.abort();
    asked = new AbortController();
    const address = new URL(location.href);
    if (address.searchParams.get("q") !== (field.value.trim() || null)) {
      address.searchParams.delete("page");
      if (field.value.trim() === "") address.searchParams.delete("q");
      else address.searchParams.set("q", field.value.trim());
    }
    try {
      const fresh = await pageAt(address.href, asked.signal);
      history.replaceState(history.state, "", address);
      waits = bring(body, fresh);
      if (told !== null) told.textContent = body.querySelector('[data-part="count"]')?.textContent?.trim() ?? "";
    } catch (fault) {
      if (fault instanceof PageGone) location.reload(); // signed out: the page shows the way in
    }
  };
  /** @param {number} pause */
  const searchSoon = (pause) => {
    clearTimeout(soon);
    soon = setTimeout(() => void search(), pause);
  };

  const { signal } = end;
  field.addEventListener("input", () => searchSoon(AFTER_A_LETTER), { signal });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    searchSoon(0);
  }, { signal });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    field.focus();
    field.select();
  }, { signal });
  body.addEventListener("focusout", () => {
    if (waits) searchSoon(AFTER_A_LETTER);
  }, { signal });
  me.on("patient_changed", () => searchSoon(AFTER_A_BELL));
  onReturn(me, () => searchSoon(AFTER_A_BELL));
  me.addEventListener("refused", () => location.reload());
  me.open();

  return () => {
    clearTimeout(soon);
    asked.abort();
    end.abort();
    me.close();
  };
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
