/** Asks the browser what its owner allowed this page. */

/** @returns {Promise<boolean>} whether the browser says that both devices are denied to this page */
export async function bothDenied() {
  const states = await Promise.all([permission("microphone"), permission("camera")]);
  return states.every((state) => state === "denied");
}

/**
 * @param {import("./choice.js").DeviceKind[]} kinds
 * @returns {Promise<boolean>} whether opening these will not make the browser ask
 */
export async function allAllowed(kinds) {
  const states = await Promise.all(kinds.map(permission));
  return kinds.length > 0 && states.every((state) => state === "granted");
}

/** @param {import("./choice.js").DeviceKind} kind @returns {Promise<PermissionState | "unknown">} */
export async function permission(kind) {
  try {
    const name = /** @type {PermissionName} */ (kind);
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "unknown"; // Firefox before 132 does not know these names
  }
}
