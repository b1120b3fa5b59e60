/** Says dates and times the way people do, in the page's language and this device's time zone. */
import { _ } from "./words.js";

/** @returns {string | undefined} language of the page */
const language = () => globalThis.document?.documentElement.lang || undefined;

/**
 * @param {string | Date} moment
 * @returns {string} such as "14:06"
 */
export function clockTime(moment) {
  return new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(moment));
}

/**
 * @param {string | Date} moment
 * @param {Date} [now]
 * @returns {string} such as "today, 14:00" or "Tuesday, 12 May, 14:00"
 */
export function dayAndTime(moment, now = new Date()) {
  const date = new Date(moment);
  const days = Math.round((midnight(date) - midnight(now)) / 86400000);
  const time = clockTime(date);
  if (days === 0) return _("today, {time}", { time });
  if (days === 1) return _("tomorrow, {time}", { time });
  const day = new Intl.DateTimeFormat(language(), { weekday: "long", day: "numeric", month: "long" }).format(date);
  return _("{day}, {time}", { day, time });
}

/** @param {Date} date */
function midnight(date) {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}
