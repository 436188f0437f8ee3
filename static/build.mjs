// Builds static/build from static/src: the stylesheet, its fonts, and the design
// system's images that the stylesheet, the templates or the code name.
//
// The build writes only after all computation, and the stylesheet last, so a
// failed build leaves the previous files and never a broken one.

import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

import { transform } from "lightningcss";
import { PurgeCSS } from "purgecss";
import { compile } from "sass";
import subsetFont from "subset-font";

const started_at = new Date();
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const design_system = join(root, "node_modules/@uswds/uswds");
const destination = join(root, "static/build");

// The numbers of these texts in a font's table of names.
const [COPYRIGHT, LICENSE, LICENSE_ADDRESS] = [0, 13, 14];

// Files whose words may be class names or paths of images. Classes that no
// file spells out are purged, so code never builds class names from parts.
const readers = ["templates/**/*.html", "directorates/**/*.{html,py}", "static/public/**/*.js"].flatMap(
  (pattern) => globSync(pattern, { cwd: root }).sort().map((path) => join(root, path)),
);

const compiled = compile(join(root, "static/src/site.scss"), {
  loadPaths: [join(design_system, "packages")],
  // Hides the design system's own deprecations, which we cannot fix, and shows ours.
  quietDeps: true,
});

const [purged] = await new PurgeCSS().purge({
  content: readers,
  css: [{ raw: compiled.css }],
  // The default extractor splits the grid's names at their colons
  // (tablet:grid-col-6).
  defaultExtractor: (text) => text.match(/[\w:-]+/g) ?? [],
  keyframes: true,
});

const { code: minified } = transform({
  filename: "site.css",
  code: Buffer.from(purged.css),
  minify: true,
  // A version is major * 65536 + minor * 256. Older browsers show the page
  // without the newest properties.
  targets: { chrome: 109 << 16, edge: 109 << 16, firefox: 115 << 16, safari: (15 << 16) | (4 << 8) },
});

// Scanners and developers read here which release the page uses. Minifying would remove the comment.
const { version } = JSON.parse(readFileSync(join(design_system, "package.json"), "utf8"));
const code = Buffer.concat([Buffer.from(`/*! uswds v${version} */\n`), minified]);

const image = /uswds\/img\/[\w./-]+\.(?:svg|png|jpg|webp)/g;
const texts = [code.toString(), ...readers.map((path) => readFileSync(path, "utf8"))];
const images = new Map(
  texts
    .flatMap((text) => text.match(image) ?? [])
    .map((path) => [path, join(design_system, "dist", path.replace("uswds/", ""))]),
);
const font = /url\("fonts\/([\w-]+)\.woff2"\)[^}]*unicode-range:([^;}]+)/g;
const fonts = [...compiled.css.matchAll(font)].map(([, name, ranges]) => ({
  path: `fonts/${name}.woff2`,
  source: join(design_system, `dist/fonts/public-sans/${name}.ttf`),
  ranges,
}));
const sources = [...images, ...fonts.map(({ path, source }) => [path, source])];
const missing = sources.filter(([, source]) => !existsSync(source)).map(([path]) => path);
if (missing.length) {
  console.error(`The design system has no such file: ${missing.join(", ")}. Correct the name where it is used.`);
  process.exit(1);
}
for (const font of fonts) font.bytes = await cut(font);

rmSync(destination, { recursive: true, force: true });
for (const [path, source] of images) {
  const target = join(destination, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
}
mkdirSync(join(destination, "fonts"), { recursive: true });
for (const { path, bytes } of fonts) writeFileSync(join(destination, path), bytes);
writeFileSync(join(destination, "site.css.part"), code);
// A source saved during the build is then newer than the stylesheet, so make builds again.
utimesSync(join(destination, "site.css.part"), started_at, started_at);
renameSync(join(destination, "site.css.part"), join(destination, "site.css"));

const kilobytes = (bytes) => `${(bytes.length / 1024).toFixed(1)} KB`;
console.log(
  `static/build/site.css: ${kilobytes(code)}, ${kilobytes(brotliCompressSync(code))} with brotli, ` +
    `from ${kilobytes(Buffer.from(compiled.css))} before purging; ${images.size} images; ` +
    `fonts ${fonts.map(({ bytes }) => kilobytes(bytes)).join(" and ")}`,
);

// Returns a font with the letters of its unicode-range only, and with its copyright and license, which the license
// asks for. Without the hinting and the features that the styles never ask for, it is half as large.
function cut({ source, ranges }) {
  const letters = ranges
    .split(",")
    .map((range) => range.trim().slice(2).split("-"))
    .flatMap(([first, last = first]) => {
      const start = parseInt(first, 16);
      return Array.from({ length: parseInt(last, 16) - start + 1 }, (_, place) => String.fromCodePoint(start + place));
    });
  return subsetFont(readFileSync(source), letters.join(""), {
    targetFormat: "woff2",
    keepFeatures: ["ccmp", "kern", "liga", "locl", "mark"],
    noHinting: true,
    preserveNameIds: [COPYRIGHT, LICENSE, LICENSE_ADDRESS],
  });
}
