// Preloaded (`--import`), it makes the module's memory another around each call, as if it grew whenever it may: a view that is held across a call is found out at once. It must have
// happened at all, or the test file fails.

const { Instance, instantiate } = WebAssembly;
let moved = 0;

function moving({ exports }) {
  const { memory } = exports;
  const move = () => {
    // By no page, which still makes what was its buffer none.
    memory.grow(0);
    moved += 1;
  };
  const around = (call) => (...given) => {
    move();
    try {
      return call(...given);
    } finally {
      move();
    }
  };
  const entries = Object.entries(exports).map(([name, value]) => [name, typeof value === "function" ? around(value) : value]);
  return { exports: Object.fromEntries(entries) };
}

WebAssembly.Instance = function (module, imports) {
  return moving(new Instance(module, imports));
};
WebAssembly.instantiate = async (source, imports) => {
  const made = await instantiate(source, imports);
  return made instanceof Instance ? moving(made) : { ...made, instance: moving(made.instance) };
};

// The runner, which starts the files' processes, has this preloaded, too, and starts no module.
if (process.env.NODE_TEST_CONTEXT) {
  process.on("exit", () => {
    if (moved === 0) process.exitCode = 1;
  });
}
