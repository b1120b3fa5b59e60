/** A guest's call: the call itself, and the chat that opens over it. */
import { startCall } from "../rooms/call.js";
import { startChat } from "../rooms/chat.js";
import { part } from "./views.js";

export class InCall {
  #root;
  #side;
  #call;
  #chat;
  #unread = 0;
  #listening = new AbortController();

  /**
   * @param {HTMLElement} view holds `templates/rooms/call.html`
   * @param {{
   *   room: import("../rooms/room.js").RoomConnection,
   *   devices: import("../media/devices.js").Devices,
   *   onLeft: () => void,
   * }} parts
   */
  constructor(view, { room, devices, onLeft }) {
    this.#root = part(view, "call");
    this.#side = part(view, "side");
    this.#call = startCall(this.#root, { room, devices, onLeft, onChat: () => this.#toggle() });
    this.#chat = startChat(part(view, "chat"), {
      room,
      visible: () => !this.#side.hidden,
      onUnread: (count) => {
        this.#unread = count;
        this.#show();
      },
    });
    const { signal } = this.#listening;
    this.#side.querySelector("[data-control=close-chat]")?.addEventListener("click", () => this.#toggle(), { signal });
    this.#side.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#toggle();
    }, { signal });
    this.#show();
  }

  stop() {
    this.#listening.abort();
    this.#side.hidden = true;
    this.#root.removeAttribute("data-side");
    this.#chat.stop();
    this.#call.stop();
  }

  #toggle() {
    this.#side.hidden = !this.#side.hidden;
    this.#root.toggleAttribute("data-side", !this.#side.hidden);
    if (this.#side.hidden) {
      this.#call.focusChat();
    } else {
      this.#chat.read();
      this.#chat.focus();
    }
    this.#show();
  }

  #show() {
    this.#call.showChat(this.#unread, !this.#side.hidden);
  }
}
