// What pages gain from scripts: local times, live parts, toasts, and no lost typing. Without it every page works all the same.
"use strict";

const words = document.body.dataset;

// The answer to a form is loaded again as the page on which the form stands, so that nothing is sent twice.

if (words.page) history.replaceState(null, "", words.page + location.hash);

// Times in the reader's own zone and language; the exact one stays as the title.

function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
    const at = new Date(time.dateTime);
    time.title = time.textContent;
    time.textContent = ago(at) || at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  }
}

function ago(at) {
  const seconds = (at - Date.now()) / 1000 - (words.ahead || 0);
  const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  if (Math.abs(seconds) < 60) return relative.format(Math.round(seconds), "second");
  if (Math.abs(seconds) < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (Math.abs(seconds) < 86400) return relative.format(Math.round(seconds / 3600), "hour");
  return "";
}

localise(document);
document.addEventListener("htmx:afterSwap", (event) => localise(event.target.parentElement || document));

// Toasts say what went wrong where no part of the page could; the page itself stays as it was.

function toast(text) {
  const shown = document.createElement("p");
  shown.className = "toast";
  shown.textContent = text;
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), 8000);
}

document.addEventListener("htmx:sendError", () => toast(words.offline));
document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  toast(page.querySelector(".error-text")?.textContent || words.failed);
});

// A form is sent once, and what was typed is not lost by a wrong click.

let typed = false;

document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-guard]")) typed = true;
});
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  typed = false;
  // After the browser has taken the button's own value along.
  setTimeout(() => {
    for (const button of event.target.querySelectorAll("button:not([type=button])")) button.disabled = true;
  });
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form button[disabled]")) button.disabled = false;
});
addEventListener("beforeunload", (event) => {
  if (typed) event.preventDefault();
});

// "/" goes to the search, wherever one is not typing.

document.addEventListener("keydown", (event) => {
  const search = document.querySelector("#menu input[type=search]");
  if (event.key !== "/" || !search || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  event.preventDefault();
  if (!search.checkVisibility()) document.getElementById("menu").showPopover();
  search.focus();
  search.select();
});

// A secret that is to be copied is selected with one click.

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-select]")) event.target.select();
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const secret = document.getElementById(button.dataset.copy);
    secret.select();
    try {
      await navigator.clipboard.writeText(secret.value);
    } catch {
      document.execCommand("copy"); // where the page is not served over https
    }
    button.textContent = button.dataset.copied;
    toast(button.dataset.copied);
  });
}

// Live parts are fetched again, all in one request, when the socket tells of what they show.

const POLLING = 15000;
const TOGETHER = 400; // events that come so close to each other count as one
const live = document.getElementById("live");
let cursor = live?.dataset.cursor;
let due = 0;
let wanted = new Set();
let polling = 0;

function parts(kinds) {
  const about = (part) => kinds.has("all") || part.dataset.live.split(" ").some((kind) => kinds.has(kind));
  // What somebody has opened to read stays as it is.
  return [...document.querySelectorAll("[data-live]")].filter((part) => about(part) && !part.querySelector("details[open]"));
}

function refreshSoon(kind) {
  wanted.add(kind);
  due ||= setTimeout(refresh, TOGETHER);
}

async function refresh() {
  const kinds = wanted;
  wanted = new Set();
  due = 0;
  const shown = parts(kinds);
  if (!shown.length) return;
  if (document.hidden) return later(kinds);
  try {
    const answer = await fetch(location.href, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
    if (!answer.ok) return;
    const page = await answer.text();
    for (const part of shown) {
      htmx.swap(`#${part.id}`, page, { swapStyle: "outerHTML" }, { select: `#${part.id}` });
      document.getElementById(part.id)?.classList.add("fresh");
    }
    localise(document);
  } catch {
    later(kinds);
  }
}

function later(kinds) {
  kinds.forEach((kind) => wanted.add(kind));
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && wanted.size) refresh();
});

function lost(away) {
  document.getElementById("lost").hidden = !away;
  clearInterval(polling);
  polling = away ? setInterval(() => refreshSoon("all"), POLLING) : 0;
}

document.addEventListener("htmx:wsOpen", (event) => {
  const wish = { type: "subscribe", guild_id: live.dataset.guild, after: cursor };
  event.detail.socketWrapper.send(JSON.stringify(wish), live);
});
document.addEventListener("htmx:wsClose", () => lost(true));
document.addEventListener("htmx:wsBeforeMessage", (event) => {
  event.preventDefault(); // news, not pieces of a page
  const news = JSON.parse(event.detail.message);
  cursor = news.cursor || cursor;
  if (news.type === "subscribed" || news.type === "available") {
    if (polling) refreshSoon("all");
    lost(false);
  }
  if (news.type === "reset") refreshSoon("all");
  if (news.type === "event") refreshSoon(news.kind);
  if (news.type === "unavailable") lost(true);
});
