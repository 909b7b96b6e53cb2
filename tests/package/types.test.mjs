// The hand-written types: they compile strictly under the ways in which projects find them, say what is so, and are what the entry has.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { root, run } from "../../pkg-config/tools/steps.mjs";
import { install } from "./consumer.mjs";

const modules = join(root, "pkg-config/node_modules");
const folder = await install("types");
for (const name of ["consumer.ts", "entries.ts", "models.ts"]) cpSync(join(root, "tests/package/types", name), join(folder, name));
mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
for (const name of ["@types/node", "undici-types"]) {
  const link = join(folder, "node_modules", name);
  if (!existsSync(link)) symlinkSync(join(modules, name), link);
}

const ways = [
  ["node16", { module: "node16", moduleResolution: "node16", lib: ["es2022"], types: ["node"] }],
  ["nodenext, with Node's types", { module: "nodenext", moduleResolution: "nodenext", lib: ["es2024"], types: ["node"] }],
  ["bundler, with the DOM", { module: "preserve", moduleResolution: "bundler", lib: ["es2022", "esnext.disposable", "dom"], types: [] }],
];
for (const [name, options] of ways) {
  test(`a strict project compiles and runs: ${name}`, async () => {
    const config = { compilerOptions: { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, target: "es2022", outDir: "out", rootDir: ".", ...options }, files: ["consumer.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    await run(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", folder], { capture: true });
    const printed = JSON.parse(execFileSync(process.execPath, [join(folder, "out/consumer.js")], { encoding: "utf8" }));
    // The idle rule takes 5 of the 10 points at each of two midnights at +01:00, 14 and 28 days later.
    assert.deepEqual(printed, {
      value: 13, rejections: 0, labels: ["pricing: 1 of 1", "cart: 1 of 1"], comes: `visitor at ${Date.UTC(2026, 1, 17, 23)}`, needed: [], followed: 1, code: "/scores", matches: true, translated: 1, unused: 5,
    });
  });
}

test("models are typed as they are written, and those that come from JSON files can be used", async () => {
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, resolveJsonModule: true, noEmit: true, target: "es2022", lib: ["es2022", "dom"], types: [] };
  for (const way of [{ module: "nodenext" }, { module: "preserve", moduleResolution: "bundler" }]) {
    writeFileSync(join(folder, "tsconfig.models.json"), JSON.stringify({ compilerOptions: { ...strict, ...way }, files: ["models.ts"] }));
    await run(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", join(folder, "tsconfig.models.json")], { capture: true });
  }
});

test("every key of a model is in the types, and an editor says there what it is for", () => {
  const ts = createRequire(import.meta.url)(join(modules, "typescript-5.0"));
  const file = join(folder, "keys.ts");
  writeFileSync(file, 'import type { ScoringModel } from "warmlead";\nexport declare const model: ScoringModel;\n');
  const program = ts.createProgram([file], { strict: true, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, noEmit: true });
  const checker = program.getTypeChecker();
  const schema = JSON.parse(readFileSync(join(folder, "node_modules/warmlead/model.schema.json"), "utf8"));
  const found = [];
  let keys = 0;
  const constituents = (type) => (type.isUnion() ? type.types.flatMap(constituents) : [type]);
  /** Follows a part of the schema through the types that stand for it. */
  const compare = (node, types, path) => {
    while (node.$ref) node = schema.definitions[node.$ref.split("/").pop()];
    const inner = (of) => types.flatMap((type) => constituents(checker.getNonNullableType(type))).flatMap((type) => of(type) ?? []);
    if (node.items && !Array.isArray(node.items)) compare(node.items, inner((type) => checker.getIndexTypeOfType(type, ts.IndexKind.Number)), path);
    if (node.additionalProperties instanceof Object) compare(node.additionalProperties, inner((type) => checker.getIndexTypeOfType(type, ts.IndexKind.String)), path);
    for (const branch of [...(node.allOf ?? []), ...(node.anyOf ?? [])]) if (!/[cC]ondition|Path|eventType|test/.test(branch.$ref ?? "")) compare(branch, types, path);
    for (const [key, part] of Object.entries(node.properties ?? {})) {
      const symbols = inner((type) => type.getProperty(key) && [type.getProperty(key)]);
      keys += 1;
      if (symbols.length === 0) found.push(`${path}/${key} is missing`);
      else if (!symbols.some((symbol) => symbol.getDocumentationComment(checker).length > 0)) found.push(`${path}/${key} says nothing`);
      compare(part, symbols.map((symbol) => checker.getTypeOfSymbol(symbol)), `${path}/${key}`);
    }
  };
  const source = program.getSourceFile(file);
  const [model] = source.statements.filter(ts.isVariableStatement).map(({ declarationList }) => checker.getTypeAtLocation(declarationList.declarations[0]));
  compare(schema, [model], "");
  assert.deepEqual([...new Set(found)], []);
  assert.ok(keys > 90, `only ${keys} keys were looked at`);
});

// 4.7 is the first to read `exports`, 5.0 the first with `bundler`. Without `exports`, the files stand where the names point.
const oldest = [
  ["4.7", "node"],
  ["4.7", "node16"],
  ["5.0", "node16"],
  ["5.0", "bundler"],
];
for (const [version, moduleResolution] of oldest) {
  test(`every entry has types for TypeScript ${version} with \`${moduleResolution}\``, async () => {
    const module = moduleResolution === "node16" ? "node16" : "esnext";
    for (const type of module === "node16" ? ["module", "commonjs"] : ["module"]) {
      const project = join(folder, `oldest-${version}-${moduleResolution}-${type}`);
      mkdirSync(project, { recursive: true });
      writeFileSync(join(project, "package.json"), JSON.stringify({ type }));
      cpSync(join(folder, "entries.ts"), join(project, "entries.ts"));
      const compilerOptions = { strict: true, skipLibCheck: false, noEmit: true, target: "es2020", lib: ["es2020", "dom"], types: [], module, moduleResolution };
      writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["entries.ts"] }));
      await run(process.execPath, [join(modules, `typescript-${version}/bin/tsc`), "-p", project], { capture: true });
    }
  });
}
