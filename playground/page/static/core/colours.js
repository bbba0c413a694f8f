/** Keeps role colours readable on the page's backgrounds. */

import { isDark } from "./theme.js";

// The backgrounds in css/base.css that give names and mentions the least contrast.
const BEHIND_NAMES = { light: [225, 235, 231], dark: [46, 56, 54] };
export const BEHIND_MENTIONS = { light: [213, 236, 230], dark: [31, 74, 67] };
const ENOUGH = 4.6; // a little over the 4.5 : 1 that WCAG AA asks for

const rgb = (number) => [(number >> 16) & 255, (number >> 8) & 255, number & 255];
export const hex = (number) => `#${number.toString(16).padStart(6, "0")}`;

function luminance(colour) {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** The colour, moved towards black or white until it is readable. */
export function readable(number, backgrounds = BEHIND_NAMES) {
  const dark = isDark();
  const behind = backgrounds[dark ? "dark" : "light"];
  const target = dark ? [255, 255, 255] : [0, 0, 0];
  let colour = rgb(number);
  for (let step = 0; step < 20 && contrast(colour, behind) < ENOUGH; step++) {
    colour = colour.map((part, index) => Math.round(part + (target[index] - part) * 0.12));
  }
  return `rgb(${colour.join(" ")})`;
}

/** One of eight tints for someone without a picture, always the same one. */
export function tint(id) {
  let sum = 0;
  for (const letter of String(id)) sum = (sum * 31 + letter.charCodeAt(0)) % 997;
  return `tint-${sum % 8}`;
}
