const { readFileSync } = require("node:fs");
const { init, score } = require("warmlead/slim");
const { events, ...options } = require("./visit.json");

init(readFileSync(require.resolve("warmlead/warmlead.wasm")));
console.log(JSON.stringify(score(events, options)));
