// Starts the site. Every page works as a plain page first; what is done here makes forms, cart, planner and trial work, and moves between
// pages without reloading, so that a chat stays open and nothing has to be stored to be remembered.

import { track } from "./lead.js";
import { navigation } from "./navigate.js";
import { ribbon } from "./ribbon.js";
import { consent } from "./consent.js";
import { forms } from "./forms.js";
import { cart } from "./cart.js";
import { planner } from "./planner.js";
import { estimate } from "./estimate.js";
import { talk } from "./talk.js";
import { trial } from "./trial.js";
import { account } from "./account.js";

/** What brought the visitor here, by the medium in the address. */
const ARRIVALS = { cpc: "ad_click", social: "social_click", email: "email_click" };
const query = new URLSearchParams(location.search);
const arrival = ARRIVALS[query.get("utm_medium")];
if (arrival) track(arrival, { source: query.get("utm_source"), campaign: query.get("utm_campaign") });

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
  talk(main);
  trial(main);
  account(main);
}
