// Node's own modules, where there are such: in Node, Deno, Bun, and in workerd with `nodejs_compat`. They do at once what the web's interfaces hand to another thread,
// which costs more than the work itself where it is that of a cookie. They are asked for, not imported: other runtimes would refuse the import.

/** One of Node's modules, as far as the runtime has it; what is missing in a stand-in is found missing by who calls it. */
export function ofNode<Module>(name: string): Module | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): Module | undefined } };
  return process?.getBuiltinModule?.(name);
}
