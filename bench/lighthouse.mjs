// What Lighthouse says of the dashboard's pages, with the CDN's files served from `.cdn` (scripts/cdn fetches them).
//
//   npm install --no-save lighthouse puppeteer-core
//   scripts/run                                  (in another shell)
//   node bench/lighthouse.mjs http://127.0.0.1:8080 http://127.0.0.1:8081
//
// The first address is the bot's, the second the playground's, where one click signs in.

import { readFile } from "node:fs/promises";
import { extname } from "node:path";

import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const [bot, playground] = process.argv.slice(2);
const ADMIN = "241380417905229824";
const HARBOUR = "820417733901516800";
const RUNS = 3;
const KINDS = { ".css": "text/css", ".js": "text/javascript" };
const SCORES = ["performance", "accessibility", "best-practices", "seo"];
const PAGES = {
  landing: "/",
  overview: `/servers/${HARBOUR}`,
  members: `/servers/${HARBOUR}/members`,
  "one member": `/servers/${HARBOUR}/members/${ADMIN}`,
  analytics: `/servers/${HARBOUR}/analytics`,
};

const browser = await puppeteer.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

async function window() {
  const page = await browser.newPage();
  await page.setRequestInterception(true);
  page.on("request", async (request) => {
    const address = new URL(request.url());
    if (address.hostname !== "cdn.jsdelivr.net") return request.continue();
    const body = await readFile(new URL(`../.cdn${address.pathname}`, import.meta.url));
    const headers = { "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=31536000, immutable" };
    return request.respond({ status: 200, contentType: KINDS[extname(address.pathname)], headers, body });
  });
  return page;
}

async function look(path, config) {
  const page = await window();
  // Each page is looked at by somebody who is signed in and comes for the first time: the cookie stays, the cache does not.
  const flags = { onlyCategories: SCORES, disableStorageReset: true, logLevel: "error" };
  const { lhr } = await lighthouse(bot + path, flags, config, page);
  await page.close();
  return lhr;
}

const median = (values) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)];

const page = await window();
await page.goto(`${playground}/dashboard?as=${ADMIN}`);
await page.close();

console.log("| page | as | performance | accessibility | best practices | SEO | layout shift | requests | transferred |");
console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
const missed = new Set();
for (const [name, path] of Object.entries(PAGES)) {
  for (const [as, config] of [["phone", undefined], ["desktop", desktopConfig]]) {
    const runs = [];
    for (let run = 0; run < RUNS; run++) runs.push(await look(path, config));
    const scores = SCORES.map((one) => Math.round(100 * median(runs.map((run) => run.categories[one].score))));
    const shift = median(runs.map((run) => run.audits["cumulative-layout-shift"].numericValue));
    const sent = runs[0].audits["network-requests"].details.items;
    const size = Math.ceil(sent.reduce((sum, one) => sum + one.transferSize, 0) / 1000);
    console.log(`| ${[name, as, ...scores, shift.toFixed(3), sent.length, `${size} kB`].join(" | ")} |`);
    for (const one of SCORES.slice(1)) {
      for (const { id, weight } of runs[0].categories[one].auditRefs) {
        if (weight && runs[0].audits[id].score !== null && runs[0].audits[id].score < 1) missed.add(`${name}: ${id}`);
      }
    }
  }
}
await browser.close();
for (const one of missed) console.error(one);
