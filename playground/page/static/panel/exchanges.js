/** Each interaction as Discord sees it: the signed request, the bot's response, and its later calls. */

import { byId, clear, h } from "../core/dom.js";
import { on, state } from "../core/state.js";
import { clockTime } from "../markup/times.js";
import { json } from "./json.js";

const OUTCOMES = {
  answered: ["good", "answered"],
  deferred: ["good", "deferred"],
  duplicate: ["fair", "duplicate"],
  lost: ["bad", "response lost"],
  failed: ["bad", "failed"],
};

const AUTOCOMPLETE = 4;

const opened = new Set();
let drawn = new Map(); // exchange id -> {exchange, node}

export function startExchanges() {
  for (const topic of ["exchanges", "person"]) on(topic, draw);
  byId("show-typing").addEventListener("change", draw);
}

export function openExchange(id) {
  opened.add(id);
  drawn.delete(id);
  draw();
  const row = byId("exchanges").querySelector(`[data-exchange="${id}"]`);
  row?.scrollIntoView({ block: "start" });
  row?.querySelector("summary").focus();
}

function draw() {
  const shown = state.exchanges.filter(
    (each) => byId("show-typing").checked || each.request.body.type !== AUTOCOMPLETE,
  );
  const rows = shown.map((exchange) => {
    const known = drawn.get(exchange.id);
    return [exchange.id, known?.exchange === exchange ? known : { exchange, node: row(exchange) }];
  });
  drawn = new Map(rows);
  const nodes = rows.map(([, each]) => each.node);
  clear(
    byId("exchanges"),
    nodes.length
      ? nodes
      : h(
          "p",
          { class: "empty" },
          "Nothing yet. Use a command or press a button to see the request that Discord sends.",
        ),
  );
}

function row(exchange) {
  const [tone, label] = OUTCOMES[exchange.outcome] ?? ["fair", "waiting"];
  const status = exchange.response?.status;
  const details = h(
    "details",
    { class: "exchange", "data-exchange": exchange.id },
    h(
      "summary",
      {},
      h("span", { class: "exchange-label" }, exchange.label),
      h("span", { class: `outcome ${tone}` }, label),
      h(
        "span",
        { class: "exchange-facts quiet" },
        [clockTime(exchange.at), whoOf(exchange), status && `HTTP ${status}`, milliseconds(exchange.ms)]
          .filter(Boolean)
          .join(" · "),
      ),
    ),
  );
  // The JSON is only built when it is opened.
  const fill = () => details.childElementCount === 1 && details.append(body(exchange));
  details.addEventListener("toggle", () => {
    if (details.open) fill();
    opened[details.open ? "add" : "delete"](exchange.id);
  });
  if (opened.has(exchange.id)) {
    fill();
    details.open = true;
  }
  return details;
}

const whoOf = ({ who }) => (typeof who === "string" ? who : who?.global_name);
const milliseconds = (ms) =>
  ms === null || ms === undefined ? null : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

function body({ request, response, why, follow_ups: calls }) {
  return h(
    "div",
    { class: "exchange-body" },
    h("h4", {}, "What Discord sent"),
    h("p", { class: "address" }, h("code", {}, `POST ${request.url}`)),
    json(request.headers, "Signed headers"),
    json(request.body, "Body"),
    h("h4", {}, response ? `The bot's response: HTTP ${response.status}` : "The bot's response"),
    why && h("p", { class: "failure" }, why),
    response
      ? [json(response.headers, "Response headers"), json(response.body, "Response body")]
      : h("p", { class: "quiet" }, "There is no response yet."),
    calls?.length > 0 && [h("h4", {}, "The bot's later calls"), calls.map(callRow)],
  );
}

export function callRow(call) {
  const tone = call.status < 400 ? "good" : call.status === 429 ? "fair" : "bad";
  const summary = h(
    "summary",
    {},
    h("code", { class: "exchange-label" }, `${call.method} ${call.path}`),
    h("span", { class: `outcome ${tone}` }, String(call.status)),
    h(
      "span",
      { class: "exchange-facts quiet" },
      [call.at && clockTime(call.at), milliseconds(call.ms)].filter(Boolean).join(" · "),
    ),
  );
  const details = h("details", { class: "exchange" }, summary);
  const part = (value, label) =>
    value === null || value === undefined ? h("p", { class: "quiet" }, `${label}: nothing`) : json(value, label);
  details.addEventListener(
    "toggle",
    () =>
      details.childElementCount === 1 &&
      details.append(
        h(
          "div",
          { class: "exchange-body" },
          part(call.body, "Request body"),
          part(call.answer, "Response body"),
        ),
      ),
  );
  return details;
}
