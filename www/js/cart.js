// The cart. It lives in memory, which moving between pages here does not lose; only with consent does it also go into session storage.

import { onChange, track, warmlead } from "./lead.js";
import { euros } from "./money.js";

const KEY = "roomlark-cart";
const MOST = 99;
let lines = [];
let heard = false;

/** Wires a page's part of the cart: the shop's buttons, or the cart itself. */
export function cart(main) {
  if (!heard) {
    heard = true;
    lines = restore();
    onChange(keep);
  }
  for (const button of main.querySelectorAll("[data-add]")) {
    button.disabled = false;
    button.addEventListener("click", () => {
      change({ sku: button.dataset.add, name: button.dataset.name, price: Number(button.dataset.price) }, 1);
      say(`${button.dataset.name} is in the cart. ${counted()}`);
    });
  }
  const page = main.querySelector("[data-cart]");
  if (page) {
    if (lines.length > 0) track("view_cart", { value: total(), cart_size: size() });
    page.querySelector("[data-cart-lines]").addEventListener("click", (event) => {
      const button = event.target.closest("button[data-step]");
      const line = button && lines.find(({ sku }) => sku === button.dataset.sku);
      if (!line) return;
      change(line, Number(button.dataset.step));
      say(size() > 0 ? `${line.name}: ${line.quantity}. ${counted()}` : "The cart is empty.");
      const again = page.querySelector(`button[data-sku="${line.sku}"][data-step="${button.dataset.step}"]`);
      (again ?? page.querySelector("[data-cart-lines] button") ?? page.querySelector("[data-cart-empty] a")).focus();
    });
    // An order empties the cart; what was ordered stays in sight beside the thanks.
    page.querySelector("[data-cart-order]").addEventListener("sent", () => {
      track("purchase", { value: total(), currency: "EUR", items: lines.map(({ sku, quantity }) => ({ item: sku, quantity })) });
      lines = [];
      keep();
      count();
      freeze(page);
    });
  }
  draw();
}

function change(product, step) {
  let line = lines.find(({ sku }) => sku === product.sku);
  if (!line) lines.push(line = { ...product, quantity: 0 });
  if (line.quantity + step > MOST) return;
  line.quantity += step;
  lines = lines.filter(({ quantity }) => quantity > 0);
  track(step > 0 ? "add_to_cart" : "remove_from_cart", { item: line.sku, name: line.name, value: line.price, quantity: 1, currency: "EUR", cart_size: size() });
  keep();
  draw();
}

const size = () => lines.reduce((sum, { quantity }) => sum + quantity, 0);
const total = () => lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
const counted = () => `${size()} in all, ${euros(total())}.`;

function count() {
  document.querySelector("[data-cart-count]").textContent = size() > 0 ? String(size()) : "";
}

function draw() {
  count();
  const page = document.querySelector("[data-cart]");
  if (!page) return;
  page.querySelector("[data-cart-empty]").hidden = lines.length > 0;
  page.querySelector("[data-cart-full]").hidden = lines.length === 0;
  page.querySelector("[data-cart-lines]").replaceChildren(...lines.map(row));
  for (const cell of page.querySelectorAll("[data-cart-total], [data-cart-grand]")) cell.textContent = euros(total());
  memory(page);
}

function row({ sku, name, price, quantity }) {
  const item = document.createElement("li");
  const step = (by, sign, word) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign });
    Object.assign(button.dataset, { sku, step: String(by) });
    button.setAttribute("aria-label", `${word}: ${name}`);
    return button;
  };
  const label = Object.assign(document.createElement("span"), { className: "name", textContent: name });
  label.append(Object.assign(document.createElement("small"), { textContent: `${euros(price)} each` }));
  const stepper = Object.assign(document.createElement("span"), { className: "stepper" });
  stepper.append(step(-1, "−", quantity === 1 ? "Remove" : "One fewer"), Object.assign(document.createElement("output"), { textContent: String(quantity) }), step(1, "+", "One more"));
  item.append(label, stepper, Object.assign(document.createElement("span"), { className: "sum", textContent: euros(price * quantity) }));
  return item;
}

function freeze(page) {
  for (const stepper of page.querySelectorAll(".stepper")) {
    const quantity = Object.assign(document.createElement("span"), { textContent: `× ${stepper.querySelector("output").textContent}` });
    stepper.replaceWith(quantity);
  }
  page.querySelector("[data-cart-memory]").hidden = true;
}

function memory(page) {
  page.querySelector("[data-cart-memory]").hidden = warmlead?.consentGiven === true;
}

function say(text) {
  const place = document.querySelector("main [data-cart-said]");
  if (place) place.textContent = text;
}

/** Writes the cart down if that was agreed to, and wipes it if that was taken back. */
function keep() {
  try {
    if (warmlead?.consentGiven === true && lines.length > 0) sessionStorage.setItem(KEY, JSON.stringify(lines));
    else if (warmlead) sessionStorage.removeItem(KEY);
  } catch { /* a browser without storage keeps the cart in memory */ }
  const page = document.querySelector("[data-cart]");
  if (page && lines.length > 0) memory(page);
}

function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(({ sku, name, price, quantity }) => typeof sku === "string" && typeof name === "string" && price > 0 && quantity > 0 && quantity <= MOST) : [];
  } catch {
    return [];
  }
}
