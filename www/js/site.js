// Starts the site. Every page works as a plain page first; what is done here makes forms, cart and planner work, and moves between
// pages without reloading, so that a chat stays open and nothing has to be stored to be remembered.

import { track } from "./lead.js";
import { navigation } from "./navigate.js";
import { ribbon } from "./ribbon.js";
import { consent } from "./consent.js";
import { forms } from "./forms.js";
import { cart } from "./cart.js";
import { planner } from "./planner.js";
import { estimate } from "./estimate.js";

const query = new URLSearchParams(location.search);
if (query.get("utm_medium") === "cpc") track("ad_click", { source: query.get("utm_source"), campaign: query.get("utm_campaign") });

ribbon();
consent(document);
forms(document);
navigation(enhance);
enhance(document.querySelector("main"));

/** Brings a page's own parts to life; `main` is the page's main element. */
function enhance(main) {
  consent(main);
  forms(main);
  cart(main);
  planner(main);
  estimate(main);
}
