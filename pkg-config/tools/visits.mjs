// A visitor to measure with: someone who comes back every other day, always the same for the same length. It knows no scores.

import { createHash } from "node:crypto";

const DAY = 24 * 60 * 60_000;
const PER_VISIT = 10;

/** What happens in one visit, over and over. */
const steps = [
  { type: "page_view", url: "https://acme.example/?utm_source=newsletter&utm_medium=email&utm_campaign=spring", title: "Acme" },
  { type: "page_view", url: "https://acme.example/product", title: "Product" },
  { type: "demo_use", url: "https://acme.example/product", properties: { step: "import" } },
  { type: "page_view", url: "https://acme.example/pricing", title: "Pricing" },
  { type: "scroll", url: "https://acme.example/pricing", properties: { percent: 90 } },
  { type: "page_view", url: "https://acme.example/shop", title: "Shop" },
  { type: "add_to_cart", url: "https://acme.example/shop", properties: { value: 49, currency: "EUR", item: "starter" } },
  { type: "form_submit", url: "https://acme.example/contact", properties: { form: "contact" }, traits: { email: "ada@example.org", country: "DE", company: { size: 120 } } },
  { type: "file_download", url: "https://acme.example/resources", properties: { file: "guide.pdf" } },
  { type: "email_click", properties: { campaign: "spring" } },
];

/** So many events, the last of them three days before `now`. */
export function visit(length, now) {
  const visits = Math.ceil(length / PER_VISIT);
  const first = now - 3 * DAY - (visits - 1) * 2 * DAY;
  return Array.from({ length }, (_, index) => {
    const number = Math.floor(index / PER_VISIT);
    const step = index % PER_VISIT;
    const time = first + number * 2 * DAY + step * 40_000;
    return { id: idAt(time, index), time, ...steps[step] };
  });
}

/** An id such as events get, a UUID of version 7, which is the same each time. */
function idAt(time, index) {
  const hex = time.toString(16).padStart(12, "0");
  const noise = createHash("sha256").update(String(index)).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${noise.slice(0, 3)}-8${noise.slice(3, 6)}-${noise.slice(6, 18)}`;
}
