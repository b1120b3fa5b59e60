/** Shows a person: the face, or the initials where there is no picture. */

/** Words that are no part of a person's initials. */
const TITLES = new Set(["Dr", "Dr.", "Prof", "Prof."]);

/** @param {string} name @returns {string} at most two letters */
export function initials(name) {
  const words = name.split(/\s+/).filter((word) => word !== "" && !TITLES.has(word));
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return [first, last].map((word) => [...(word ?? "")][0] ?? "").join("");
}

/**
 * @param {{name: string, face: string | null}} person
 * @param {"" | "s" | "l" | "xl"} [size]
 * @returns {HTMLElement} a picture or initials; the name stands beside it, so it has no own name
 */
export function faceOf({ name, face }, size = "") {
  if (face) {
    const picture = document.createElement("img");
    picture.className = size === "" ? "face" : `face face--${size}`;
    picture.src = face.startsWith("/") ? face : `/static/${face}`;
    picture.alt = "";
    picture.width = picture.height = 36;
    return picture;
  }
  const letters = document.createElement("span");
  letters.className = size === "" ? "initials" : `initials initials--${size}`;
  letters.setAttribute("aria-hidden", "true");
  letters.textContent = initials(name);
  return letters;
}

/**
 * @param {{name: string, face: string | null}} person
 * @param {string} role the words under the name
 * @param {"" | "s" | "l" | "xl"} [size]
 * @returns {HTMLElement} the same as the macro `person` makes
 */
export function personOf(person, role, size = "") {
  const whole = document.createElement("span");
  whole.className = "person";
  const words = document.createElement("span");
  words.className = "person__words";
  const name = document.createElement("bdi");
  name.className = "person__name";
  name.textContent = person.name;
  const label = document.createElement("span");
  label.className = "person__role";
  label.textContent = role;
  words.append(name, label);
  whole.append(faceOf(person, size), words);
  return whole;
}
