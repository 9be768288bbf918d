// SPDX-License-Identifier: BSD-3-Clause
// node browser.mjs CHROMIUM PAGE.html...: opens the pages in a headless browser, in a desktop's and a phone's width,
// light and dark, and works with them as a reader would. Prints what it found wrong; the exit code says whether it did.
import { createRequire } from "node:module";

const { chromium } = createRequire(`${process.env.PLAYWRIGHT}/`)("playwright-core");
const [executablePath, ...pages] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
let wrong = 0;

function check(holds, ...words) {
  if (holds) return;
  wrong++;
  console.log("WRONG", ...words);
}

async function open(file, width, height, colorScheme) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  page.on("console", (message) => check(message.type() !== "error", file, "console:", message.text()));
  page.on("pageerror", (error) => check(false, file, error.message));
  page.on("request", (request) =>
    check(/^(file|blob|data):/.test(request.url()), file, "asks the network for", request.url()),
  );
  await page.goto(`file://${file}`);
  await page.waitForTimeout(150);
  return page;
}

// A page scrolls in one direction, and every figure has something in it.
async function looks(page, file, what) {
  const [inside, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  check(inside <= window, file, what, `is ${inside} wide in a window of ${window}`);
  const empty = await page.evaluate(
    () =>
      [...document.querySelectorAll("main svg[role=img]")].filter(
        (svg) => svg.querySelectorAll("path, rect, circle").length < 2,
      ).length,
  );
  check(empty === 0, file, what, empty, "figures are empty");
}

async function worksThePlane(page, file) {
  const cells = page.locator("#map .cell"),
    middle = cells.nth(Math.floor((await cells.count()) / 2));
  await middle.hover();
  check(/=.*runs? in use/s.test(await page.locator("#tip").innerText()), file, "hovering shows no numbers");
  await middle.click();
  const head = await page.locator("#cell h3").first().innerText();
  check((await page.locator("#cell #fit circle").count()) > 2, file, "the fit has no points");
  check((await page.locator("#cell pre").first().innerText()).startsWith("dewpoint "), file, "no command");
  await page.locator("#map svg").focus();
  await page.keyboard.press("ArrowRight");
  check(
    (await page.locator("#cell h3").first().innerText()) !== head,
    file,
    "an arrow key does not move the choice",
  );
  check((await page.locator("#announcement").innerText()).length > 10, file, "the choice is not announced");
  const before = await cells.first().getAttribute("fill");
  const values = page.locator("#plane-choices select").last();
  for (let i = 0; i < (await values.locator("option").count()); i++) await values.selectOption({ index: i });
  check((await cells.first().getAttribute("fill")) !== before, file, "another value has the same colours");
  await page.locator("#cell summary").click();
  await page.locator("#cell td button").first().click();
  check(
    (await page.locator("#cell details pre").innerText()).includes("dewpoint explain"),
    file,
    "no command for a run",
  );
}

async function worksTheDirections(page, file) {
  const groups = page.locator(".direction-group");
  await groups.last().click();
  const head = await page.locator("#direction h3").first().innerText();
  await groups.first().focus();
  await page.keyboard.press("Enter");
  check(
    (await page.locator("#direction h3").first().innerText()) !== head,
    file,
    "Enter does not choose a multiplicity",
  );
}

async function switchesTheme(page, file) {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await ground();
  await page.locator("#theme").click();
  check((await ground()) !== before, file, "the switch does not change the colours");
}

for (const file of pages)
  for (const [width, height] of [
    [1280, 900],
    [390, 844],
  ])
    for (const scheme of ["light", "dark"]) {
      const page = await open(file, width, height, scheme),
        what = `${width} ${scheme}`;
      await looks(page, file, what);
      if (await page.locator("#phase").isVisible()) await worksThePlane(page, file);
      if (await page.locator("#directions").isVisible()) await worksTheDirections(page, file);
      await switchesTheme(page, file);
      await looks(page, file, `${what}, worked with`);
      if (process.env.PICTURES)
        await page.screenshot({
          path: `${process.env.PICTURES}/${file.split("/").pop()}-${width}-${scheme}.png`,
          fullPage: true,
        });
      await page.close();
    }
await browser.close();
process.exit(wrong ? 1 : 0);
