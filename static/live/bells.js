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
  channel ??= listening("staff");
  return channel;
}

/**
 * @param {string} door
 * @returns {Channel} on which the server rings, when the page first joins, what it missed until then
 */
export function listening(door) {
  let hasJoined = false;
  const me = new Channel("/me", () => (hasJoined ? { door } : { door, age: Math.round(performance.now()) }));
  me.addEventListener("ready", () => {
    hasJoined = true;
  });
  return me;
}

/**
 * Does something whenever the channel was away and is back: nobody knows what was missed.
 * @param {Channel} me
 * @param {() => void} act
 */
export function onReturn(me, act) {
  let joined = me.ready;
  me.addEventListener("ready", () => {
    if (joined) act();
    joined = true;
  });
}
