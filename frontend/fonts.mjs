// Be Vietnam Pro for the web: one small file per weight with all that Vietnamese and English need, and one for the
// other Latin letters (names of foreign institutions), which a browser fetches only where such a letter stands.
import fs from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import subsetFont from "subset-font";

const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(here, "node_modules", "@expo-google-fonts", "be-vietnam-pro");
// What is bolder than text is 600 everywhere: a third weight would cost a slow line more than it tells.
const weights = { 400: "400Regular", 600: "600SemiBold" };

const range = (first, last) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join("");

// Latin-1, the Vietnamese letters, the combining tones of decomposed text, and the signs that pages use.
// styles/_fonts.scss names the same ranges.
const vietnamese =
  range(0x20, 0x7e) +
  range(0xa0, 0xff) +
  "ĂăĐđĨĩŨũƠơƯư" +
  range(0x1ea0, 0x1ef9) +
  range(0x300, 0x304) +
  "\u0306\u0309\u031b\u0323" +
  "–—‘’“”…•←↑→↓−₫‰≤≥";
const others = range(0x100, 0x24f);

async function outdated(target, original) {
  const [made, from] = await Promise.all([fs.stat(target).catch(() => null), fs.stat(original)]);
  const rules = await fs.stat(fileURLToPath(import.meta.url));
  return !made || made.mtimeMs < Math.max(from.mtimeMs, rules.mtimeMs);
}

export async function writeFonts(folder) {
  await fs.mkdir(folder, { recursive: true });
  for (const [weight, name] of Object.entries(weights)) {
    const original = path.join(source, name, `BeVietnamPro_${name}.ttf`);
    for (const [suffix, letters] of [["", vietnamese], ["-ext", others]]) {
      const target = path.join(folder, `be-vietnam-pro-${weight}${suffix}.woff2`);
      if (!(await outdated(target, original))) continue;
      const options = { targetFormat: "woff2", noHinting: true };
      await fs.writeFile(target, await subsetFont(await fs.readFile(original), letters, options));
    }
  }
}
