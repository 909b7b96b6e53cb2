// What the package is made from, and whether it still is: tests in Node must not run against an older one in silence. It builds nothing.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digest, root, target } from "./steps.mjs";

/** What the modules are compiled from: the crate without the package of the command. */
export const rust = [
  ...readdirSync(join(root, "src")).filter((name) => name !== "server").map((name) => join(root, "src", name)),
  ...["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "pkg-config/build.mjs"].map((name) => join(root, name)),
];
/** What else is in the package. */
const others = ["pkg-config", "README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"].map((name) => join(root, name));

const stamp = join(target, "npm/sources");

/** Remembers that the package is made from the sources as they are. */
export const isMade = () => writeFileSync(stamp, digest([...rust, ...others]));

/** Whether it is. */
export const isFresh = () => existsSync(stamp) && readFileSync(stamp, "utf8") === digest([...rust, ...others]);
