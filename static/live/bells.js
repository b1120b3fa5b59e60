/**
 * The page's one channel on `/me`, shared by the page and by the lock that lies over it.
 *
 * A namespace can be joined once per connection, so whoever wants to hear bells takes this one.
 */
import { Channel } from "./socket.js";

/** @type {Channel | null} */
let channel = null;

/** @returns {Channel} */
export function bells() {
  channel ??= new Channel("/me", { door: "staff" });
  return channel;
}
