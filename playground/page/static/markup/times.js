/** `<t:…>` in every style, in the current person's language; relative times update themselves. */

import { now } from "../core/clock.js";
import { h } from "../core/dom.js";
import { me } from "../core/lookup.js";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};

const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

const MAX_SECONDS = 8_640_000_000_000; // the maximum of Date

const locale = () => me()?.locale ?? "en-US";

function format(date, style) {
  return new Intl.DateTimeFormat(locale(), STYLES[style]).format(date);
}

function relative(date) {
  const seconds = (date.getTime() - now()) / 1000;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

export function timestamp(seconds, style) {
  if (Math.abs(seconds) > MAX_SECONDS) return h("span", {}, `<t:${seconds}:${style}>`);
  const date = new Date(seconds * 1000);
  const isRelative = style === "R";
  const text = isRelative ? relative(date) : format(date, style);
  const attributes = { class: "stamp", datetime: date.toISOString(), title: format(date, "F") };
  return h("time", { ...attributes, "data-relative": isRelative }, text);
}

function tick() {
  for (const element of document.querySelectorAll("time[data-relative]")) {
    const text = relative(new Date(element.dateTime));
    if (element.textContent !== text) element.textContent = text;
  }
}

export const startClock = () => setInterval(tick, 1000);

/** The time of a message; with the date unless it is from today. */
export function written(iso) {
  const date = new Date(iso);
  const today = date.toDateString() === new Date(now()).toDateString();
  return h("time", { datetime: iso, title: format(date, "F") }, format(date, today ? "t" : "s"));
}

export const clockTime = (iso) => format(new Date(iso), "t");
export const dayName = (iso) => format(new Date(iso), "D");
