/** Says on the page of messages that something changed; the page itself is not pulled away from a reader. */
import { bells } from "../live/bells.js";

/** @param {HTMLElement} body */
export function start(body) {
  const me = bells();
  const news = body.querySelector("[data-news]");
  me.on("messages_changed", () => {
    if (news instanceof HTMLElement) news.hidden = false;
  });
  me.addEventListener("refused", () => location.reload());
  me.open();
  return () => me.close();
}
