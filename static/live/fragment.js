/** Fetches a part of a page that the server writes: parsed without running anything in it. */

/**
 * @param {string} path
 * @returns {Promise<DocumentFragment>} rejects with the status (0: no line) when it is not given
 */
export function fetchPart(path) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", path);
    request.responseType = "document";
    request.addEventListener("loadend", () => {
      if (request.status !== 200 || request.response === null) return reject(request.status);
      const part = document.createDocumentFragment();
      for (const node of [...request.response.body.childNodes]) part.append(document.importNode(node, true));
      resolve(part);
    });
    request.send();
  });
}
