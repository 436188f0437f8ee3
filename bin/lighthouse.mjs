// Prints Lighthouse's four scores (mobile) for each address given:
//   node bin/lighthouse.mjs http://127.0.0.1:8000/
// CHROME_PATH names the browser. The site must be running.

import { execFileSync } from "node:child_process";

// Without these options Chromium calls home during the measurement, or does not start in a container.
const chrome_flags = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

for (const address of process.argv.slice(2)) {
  try {
    await fetch(address);
  } catch {
    console.error(`Nothing answers at ${address}. Start the site first, with: make run`);
    process.exit(1);
  }
  const report = JSON.parse(
    execFileSync(
      process.execPath,
      [
        "node_modules/lighthouse/cli/index.js",
        address,
        "--quiet",
        "--output=json",
        "--only-categories=performance,accessibility,best-practices,seo",
        "--no-enable-error-reporting",
        `--chrome-flags=${chrome_flags.join(" ")}`,
      ],
      { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
    ),
  );
  if (report.runtimeError) {
    console.error(`Lighthouse could not measure ${address}: ${report.runtimeError.message}`);
    process.exit(1);
  }
  console.log(address);
  for (const { title, score } of Object.values(report.categories)) {
    console.log(`  ${String(Math.round(score * 100)).padStart(3)}  ${title}`);
  }
  // The audits to fix are more useful than the score.
  for (const audit of Object.values(report.audits)) {
    if (audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== "informative") {
      console.log(`       ${audit.title}${audit.displayValue ? ` (${audit.displayValue})` : ""}`);
    }
  }
}
