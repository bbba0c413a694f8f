/** Each person's most recent commands, kept in this browser. */

import { state } from "../core/state.js";
import { fullName } from "./commands.js";

const MOST = 5;

const key = () => `tatiana-recent-${state.me}`;

export const recentNames = () => JSON.parse(localStorage.getItem(key()) ?? "[]");

export function noteUse(entry) {
  const names = [fullName(entry), ...recentNames()];
  localStorage.setItem(key(), JSON.stringify([...new Set(names)].slice(0, MOST)));
}
