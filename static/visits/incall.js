/** A guest's call: the call itself, whose turn it is, and the chat that opens over it. */
import { startCall } from "../rooms/call.js";
import { startChat } from "../rooms/chat.js";
import { Floor } from "../rooms/floor.js";
import { GuestPlan } from "./guestplan.js";
import { part } from "./views.js";

export class InCall {
  /** @type {HTMLElement} */
  #root;
  #side;
  #call;
  #floor;
  #chat;
  /** @type {GuestPlan | null} */
  #plan = null;
  #unread = 0;
  #listening = new AbortController();

  /**
   * @param {HTMLElement} view holds `templates/rooms/call.html`
   * @param {{
   *   room: import("../rooms/room.js").RoomConnection,
   *   devices: import("../media/devices.js").Devices,
   *   onLeft: () => void,
   *   invitation: string,
   * }} parts
   */
  constructor(view, { room, devices, onLeft, invitation }) {
    this.#root = part(view, "call");
    this.#side = part(view, "side");
    this.#call = startCall(this.#root, { room, devices, onLeft, onChat: () => this.#toggle() });
    this.#floor = new Floor(this.#root, { room, devices });
    this.#chat = startChat(part(view, "chat"), {
      room,
      visible: () => !this.#side.hidden,
      onUnread: (count) => {
        this.#unread = count;
        this.#show();
      },
    });
    if (this.#root.querySelector("[data-control=plan]")) {
      this.#plan = new GuestPlan(this.#root, invitation, (open) => {
        if (open && !this.#side.hidden) this.#toggle();
        this.#show();
      });
    }
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
    this.#plan?.stop();
    this.#chat.stop();
    this.#floor.stop();
    this.#call.stop();
  }

  #toggle() {
    this.#side.hidden = !this.#side.hidden;
    if (!this.#side.hidden && this.#plan?.open) this.#plan.toggle();
    if (this.#side.hidden) {
      this.#call.focusChat();
    } else {
      this.#chat.read();
      this.#chat.focus();
    }
    this.#show();
  }

  #show() {
    this.#root.toggleAttribute("data-side", !this.#side.hidden || Boolean(this.#plan?.open));
    this.#call.showChat(this.#unread, !this.#side.hidden);
  }
}
