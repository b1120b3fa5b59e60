/** The panel Chat: what is written in the visit, to everyone and among the care team. */
import { startChat } from "../rooms/chat.js";
import { ngettext } from "words";
import { part } from "./parts.js";

/**
 * @param {HTMLElement} element
 * @param {import("./panels.js").Parts} parts
 * @returns {import("./panels.js").Panel}
 */
export function startWritten(element, { room, inSight, count }) {
  const chat = startChat(part(element, "[data-part=chat]"), {
    room,
    visible: inSight,
    onUnread: (unread) => count(unread, ngettext("{count} new message", "{count} new messages", unread)),
  });
  return {
    opened: () => chat.read(),
    ended: () => {
      chat.close();
      return room.messages.length > 0;
    },
    stop: () => chat.stop(),
  };
}
