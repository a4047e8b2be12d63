// Parses every script given as a file: `node parse.mjs ES-VERSION FILE…`; says where it fails.
import { readFileSync } from "node:fs";
import { parse } from "acorn";

const [version, ...files] = process.argv.slice(2);
let failed = false;
for (const file of files) {
  try {
    parse(readFileSync(file, "utf8"), { ecmaVersion: Number(version), sourceType: "module" });
  } catch (error) {
    failed = true;
    console.error(`${file}: ${error.message}`);
  }
}
process.exit(failed ? 1 : 0);
