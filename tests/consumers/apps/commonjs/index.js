const { score } = require("warmlead");
const { events, ...options } = require("./visit.json");

console.log(JSON.stringify(score(events, options)));
