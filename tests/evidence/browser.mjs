// Drives a real browser over a site: search, filters, focus, playground, downloads, keyboard, axe. Prints one JSON object.
// usage: node browser.mjs SITE CHROMIUM MODULES SHOTS POINTS_JSON   (run by tests/evidence/browser.py)
import { createRequire } from "node:module";
import { readFileSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [site, chromium, modules, shots, pointsFile] = process.argv.slice(2);
const require = createRequire(join(modules, "node_modules", "x.js"));
const { chromium: engine } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const points = JSON.parse(readFileSync(pointsFile, "utf8"));
const at = page => pathToFileURL(join(site, page.split(/[?#]/)[0])).href + (page.match(/[?#].*/) || [""])[0];
const result = { failures: [], counts: {} };
const expect = (ok, what) => { result.counts.checks = (result.counts.checks || 0) + 1; if (!ok) result.failures.push(what); };

const browser = await engine.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
const open = async (name, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.on("request", r => { if (!/^(file|data):/.test(r.url())) result.failures.push(`${name} asked for ${r.url()}`); });
  page.on("pageerror", e => result.failures.push(`${name}: ${e.message}`));
  page.on("console", m => { if (m.type() === "error") result.failures.push(`${name}: console: ${m.text()}`); });
  await page.goto(at(name)); return page;
};
const visible = page => page.$$eval("#rows .row", rows => rows.filter(r => !r.hidden).map(r => r.id));

/* search and filters */
{
  const page = await open("index.html"), total = (await visible(page)).length;
  await page.keyboard.press("/"); expect(await page.evaluate(() => document.activeElement.id === "q"), "slash does not focus the search");
  await page.keyboard.type("maximum"); const some = await visible(page);
  expect(some.length > 0 && some.length < total && some.includes("maximum_by_tournament"), `searching for maximum shows ${some.length} of ${total}`);
  expect((await page.textContent("#count")).startsWith(`${some.length} of ${total}`), "the count is not that of the list");
  expect(page.url().endsWith("?q=maximum"), `the address does not hold the query: ${page.url()}`);
  await page.fill("#q", "computes:max depth<=2 certified"); const both = await visible(page);
  expect(both.includes("maximum_by_tournament") && !both.includes("ripple_adder"), `the query of claims shows ${both.join()}`);
  await page.fill("#q", "xyzzy"); expect((await visible(page)).length === 0 && (await page.isVisible("#none")), "nothing found is not said");
  await page.fill("#q", "height<=2"); expect((await page.textContent("#none")).includes("is no size"), "a fault in a query is not explained");
  await page.click("text=Clear filters"); expect((await visible(page)).length === total, "clearing does not show everything");
  for (const box of await page.$$(".facets input")) {
    const said = Number(await box.evaluate(b => b.parentElement.lastElementChild.textContent)); await box.check();
    const shown = (await visible(page)).length; expect(shown === said, `a filter says ${said} and shows ${shown}`); await box.uncheck();
  }
  await page.goto(at("index.html?q=subject:tropical")); const linked = await visible(page);
  expect(linked.length > 0 && linked.length < total, `a linked query shows ${linked.length}`);
  await page.context().close();
}
/* graph: the address names the focus, the keyboard chooses, Escape leaves */
{
  const page = await open("graph.html#focus=maximum_by_any_tree");
  expect((await page.textContent("#side h2")) === "maximum_by_any_tree", "the address does not choose the node");
  expect((await page.$$eval(".gn.up", n => n.length)) > 0, "nothing that the node rests on is marked");
  await page.keyboard.press("Escape"); expect((await page.$$eval(".gsvg.foc", n => n.length)) === 0, "Escape does not show everything");
  await page.focus("#gsvg a >> nth=0"); await page.keyboard.press("Enter");
  expect((await page.evaluate(() => location.hash)).startsWith("#focus="), "Enter does not choose a node");
  const stale = await page.$$eval("#side a[href^='#focus=']", as => as.filter(a => !document.querySelector(`[data-id="${a.hash.slice(7)}"]`)).length);
  expect(stale === 0, "a link of the panel leads to no node"); await page.context().close();
}
/* playground: the page's numbers are the exact evaluator's */
let evaluated = 0;
for (const [name, { inputs, outputs }] of Object.entries(points)) {
  const page = await open(`c/${name}.html`);
  const found = await page.evaluate(given => given.map(x => { window.playground.set(x); return window.playground.outputs(); }), inputs);
  found.forEach((row, i) => { evaluated += 1; if (row.map(v => v.replace("−", "-")).join() !== outputs[i].join()) result.failures.push(`${name} at ${inputs[i].join()}: ${row.join()}, expected ${outputs[i].join()}`); });
  await page.fill("#in0", "7/2"); expect((await page.getAttribute("#in0", "aria-invalid")) === "false", `${name} refuses 7/2`);
  await page.fill("#in0", "7/0"); expect((await page.getAttribute("#in0", "aria-invalid")) === "true", `${name} takes 7/0`);
  const before = await page.textContent("#look"); await page.focus(".netsvg.wide .nd[tabindex='0']"); await page.keyboard.press("ArrowRight");
  expect((await page.textContent("#look")) !== before, `${name}: an arrow key does not move among neurons`); await page.context().close();
}
result.counts.points = evaluated;
/* widths */
{
  const page = await open("widths.html"); await page.fill("#dx", "3"); await page.fill("#dy", "1");
  expect((await page.textContent("#cube-lp .val")) === "3", "the widths are not those at the point"); await page.context().close();
}
/* every download is there and not empty */
{
  const page = await open("index.html"), names = await page.$$eval("#rows .row h3 a", as => as.map(a => a.getAttribute("href"))); let count = 0;
  for (const name of names) { await page.goto(at(name)); for (const href of await page.$$eval(".dl a", as => as.map(a => a.href))) { const file = new URL(href); count += 1; expect(existsSync(file) && statSync(file).size > 0, `${name}: ${href} is no file`); } }
  await page.goto(at("c/maximum_by_tournament.html")); const [download] = await Promise.all([page.waitForEvent("download"), page.click(".dl a >> nth=0")]);
  expect((await download.path()) !== null, "a click does not download"); result.counts.downloads = count; await page.context().close();
}
/* without script everything is still there */
{
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } }), page = await context.newPage();
  await page.goto(at("c/maximum_by_tournament.html"));
  expect((await page.locator("text=Evidence").first().isVisible()) && (await page.locator("math").first().isVisible()) && (await page.locator(".netsvg.wide").isVisible()), "without script the page lacks something");
  await context.close();
}
/* axe, overflow and screenshots: five pages, desktop and phone, light and dark */
const shown = ["index.html", "c/maximum_by_tournament.html", "graph.html#focus=maximum_by_any_tree", "widths.html", "status.html"];
const others = ["theorems.html", "c/permutation_by_ntk.html", "c/sort_by_odd_even_merge.html", "c/minimum_width_by_projections.html", "c/rule_110_on_a_tape.html", "docs/index.html"];
result.axe = []; result.counts.views = 0;
for (const name of [...shown, ...others.filter(n => existsSync(join(site, n)))])
  for (const [view, options] of Object.entries({ desktop: {}, phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } }))
    for (const colorScheme of ["light", "dark"]) {
      const page = await open(name, { ...options, colorScheme }); result.counts.views += 1;
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide <= 1, `${name} on ${view} is ${wide} px too wide`);
      await page.evaluate(axeSource);
      const { violations } = await page.evaluate(() => axe.run(document, { preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      for (const v of violations) result.axe.push(`${name} ${view} ${colorScheme}: ${v.impact} ${v.id}: ${v.nodes.slice(0, 2).map(n => n.target.join(" ")).join(" | ")}`);
      if (shown.includes(name) || name.startsWith("docs")) await page.screenshot({ path: join(shots, `${name.replace(/[#?].*/, "").replace(/\W+/g, "-")}-${view}-${colorScheme}.png`), fullPage: true });
      await page.context().close();
    }
await browser.close();
console.log(JSON.stringify(result));
