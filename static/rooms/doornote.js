/** Shows a line that was written at the door: who and when, and the words. */

/**
 * @param {string} who name and time, as the reader knows them
 * @param {string} text
 * @param {boolean} [mine] whether it stands on the reader's own side
 * @returns {HTMLElement}
 */
export function doorNote(who, text, mine = false) {
  const row = document.createElement("p");
  row.className = "doornote";
  row.toggleAttribute("data-mine", mine);
  const author = document.createElement("strong");
  author.textContent = who;
  const words = document.createElement("span");
  words.textContent = text;
  row.append(author, words);
  return row;
}
