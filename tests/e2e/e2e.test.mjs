// The whole product in a real browser: the npm package as built, the demo site as laid out, the collector as compiled, the model that ships.
// One process and one Chromium; each scene has a database, a port and a browser profile of its own.

import "./buyer.mjs";
import "./refusal.mjs";
import "./dismissal.mjs";
import "./tabs.mjs";
import "./keyboard.mjs";
import "./looks.mjs";
import "./policy.mjs";
