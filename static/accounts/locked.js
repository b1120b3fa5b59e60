/** Lets the page of a locked screen ring without names, and go on when another tab was unlocked. */
import { bells } from "../live/bells.js";
import { play, unlockSound } from "../live/sound.js";
import { _ } from "words";

/** @param {HTMLElement} body */
export function start(body) {
  const ringing = body.querySelector("[data-ringing]");
  const next = body.querySelector("[name=next]");
  const goOn = () => location.replace(next instanceof HTMLInputElement ? next.value : "/today");
  const tabs = new BroadcastChannel("rounds.lock");
  const me = bells();
  unlockSound();
  tabs.addEventListener("message", ({ data }) => data === "unlocked" && goOn());
  me.on("unlocked", goOn);
  me.on("guest_knocked", () => {
    play("knock");
    if (ringing) ringing.textContent = _("Somebody is waiting for you.");
  });
  me.open();
  return () => {
    me.close();
    tabs.close();
  };
}
