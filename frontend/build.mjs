// Builds the style, the script and the fonts into temis/core/static/dist. `--watch` builds again on every change.
import { build, context } from "esbuild";
import fs from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

import { writeFonts } from "./fonts.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "..", "temis", "core", "static", "dist");

const scripts = {
  entryPoints: { app: "src/app.js" },
  absWorkingDir: here,
  outdir: dist,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome90", "firefox90", "safari15"],
  legalComments: "none",
};

async function writeStyle() {
  const { css } = sass.compile(path.join(here, "styles", "app.scss"), {
    style: "compressed",
    loadPaths: [path.join(here, "node_modules")],
    // Bootstrap 5.3 is written with @import; what it is told off for is not ours to change.
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
    quietDeps: true,
  });
  await fs.writeFile(path.join(dist, "app.css"), css);
}

async function main() {
  await fs.mkdir(dist, { recursive: true });
  await writeFonts(path.join(dist, "fonts"));
  await writeStyle();
  if (!process.argv.includes("--watch")) return build(scripts);
  const watching = await context(scripts);
  await watching.watch();
  for await (const _change of fs.watch(path.join(here, "styles"), { recursive: true })) {
    await writeStyle().catch((error) => console.error(String(error)));
  }
}

await main();
