/** Ephemeral messages that were dismissed; as in Discord, they don't come back. */

const KEY = "tatiana-dismissed";
const KEPT = 300;

const ids = new Set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

export const isDismissed = (id) => ids.has(id);

export function dismissMessage(id) {
  ids.add(id);
  sessionStorage.setItem(KEY, JSON.stringify([...ids].slice(-KEPT)));
}
