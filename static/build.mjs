// Builds static/build from static/src: the stylesheet, and the design system's
// images that the stylesheet, the templates or the code name.
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

const started_at = new Date();
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const design_system = join(root, "node_modules/@uswds/uswds");
const destination = join(root, "static/build");

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

const { code } = transform({
  filename: "site.css",
  code: Buffer.from(purged.css),
  minify: true,
  // A version is major * 65536 + minor * 256. Older browsers show the page
  // without the newest properties.
  targets: { chrome: 109 << 16, edge: 109 << 16, firefox: 115 << 16, safari: (15 << 16) | (4 << 8) },
});

const image = /uswds\/img\/[\w./-]+\.(?:svg|png|jpg|webp)/g;
const texts = [code.toString(), ...readers.map((path) => readFileSync(path, "utf8"))];
const images = new Map(
  texts
    .flatMap((text) => text.match(image) ?? [])
    .map((path) => [path, join(design_system, "dist", path.replace("uswds/", ""))]),
);
const missing = [...images].filter(([, source]) => !existsSync(source)).map(([path]) => path);
if (missing.length) {
  console.error(`The design system has no such image: ${missing.join(", ")}. Correct the name where it is used.`);
  process.exit(1);
}

rmSync(destination, { recursive: true, force: true });
for (const [path, source] of images) {
  const target = join(destination, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
}
mkdirSync(destination, { recursive: true });
writeFileSync(join(destination, "site.css.part"), code);
// A source saved during the build is then newer than the stylesheet, so make builds again.
utimesSync(join(destination, "site.css.part"), started_at, started_at);
renameSync(join(destination, "site.css.part"), join(destination, "site.css"));

const kilobytes = (bytes) => `${(bytes.length / 1024).toFixed(1)} KB`;
console.log(
  `static/build/site.css: ${kilobytes(code)}, ${kilobytes(brotliCompressSync(code))} with brotli, ` +
    `from ${kilobytes(Buffer.from(compiled.css))} before purging; ${images.size} images`,
);
