// The form: a few labelled fields whose values become traits. It checks that what is required is there and well formed, says in place what is
// wrong, records `form_submit`, thanks and goes. It does not know what the traits are for, nor how they travel (delivery.ts says how far they have come).
//
//   do: { type: "form", title, message?, submit?, thanks?, fields: (Field | name)[], email?, consent?, texts?: { close, optional, choose, required, email, number, and those of delivery.ts } }
//   Field: { name, label, type?: "text" | "email" | "tel" | "number" | "select", options?, required?, trait?, autocomplete? }
//
// `trait` is a path: "company.size" sets `traits.company.size`. A field without one is recorded in the event's properties under its name.
// `options` are values, or { value, label } where they differ; values keep their type. Without any field it is not shown.

import type { ActionHandler } from "../../types/browser.js";
import { misspelt, misuse } from "../misuse.js";
import { delivery, DELIVERY_KEYS } from "./delivery.js";
import { closeButton, openOverlay, text, words, type Overlay } from "./dialog.js";
import { element, icon } from "./element.js";
import { readFields, type Field } from "./fields.js";
import { setPath } from "./traits.js";

type Control = HTMLInputElement | HTMLSelectElement;

const KEYS = ["type", "title", "message", "submit", "thanks", "fields", ...DELIVERY_KEYS];
const TICK = "M4 10.5l4 4 8-9";

/** What browsers call the fields that people have filled in before. */
const AUTOCOMPLETE: Record<string, string> = {
  name: "name", full_name: "name", first_name: "given-name", last_name: "family-name", email: "email", phone: "tel", tel: "tel",
  company: "organization", organization: "organization", company_name: "organization", role: "organization-title", job_title: "organization-title",
  title: "organization-title", country: "country-name", city: "address-level2", zip: "postal-code", postal_code: "postal-code", website: "url", url: "url",
};

/** Opens the form. */
export const form: ActionHandler = (action, context) => {
  const { title, message, submit, thanks, fields, texts } = action.do;
  const say = words(texts);
  const whose = `the form \`${action.id}\``;
  misspelt(whose, action.do, KEYS);
  const rows = readFields(fields, whose).map(row);
  if (rows.length === 0) {
    misuse(`${whose} is not shown: it needs \`fields\`, a list of names or of { name, label, type, … }`);
    return context.done();
  }

  const name = element("h2", { dir: "auto" }, text(title, "Tell us about you"));
  const close = closeButton(say("close", "Close"), () => overlay.close());
  const button = element("button", { class: "primary", dir: "auto" }, text(submit, "Send"));
  const entry = element("form", { novalidate: true, oninput: edit, onsubmit: (event: Event) => { event.preventDefault(); send(); } }, ...rows.map(({ box }) => box), element("div", {}, button));
  const lead = element("p", { class: "lead", dir: "auto" }, text(message, ""));
  const sending = delivery(action, context, {
    rest: close,
    arrived: () => element("p", { class: "done", dir: "auto" }, icon(TICK), text(thanks, "Thank you. We have got it.")),
    changed(fate, words) {
      const asks = fate === "ask" || fate === "never";
      const inside = entry.contains(overlay.root.activeElement);
      button.hidden = asks;
      entry.hidden = lead.hidden = !asks && fate !== "nothing";
      // What was pressed is gone.
      if (inside && asks) sending.box.focus();
      else if (inside && entry.hidden) close.focus();
      if (words !== "") overlay.announce(words);
      if (fate === "arrived") setTimeout(overlay.remove, 5000);
    },
  });
  const overlay: Overlay = openOverlay({
    action: action.id, kind: "form", name, say: text(message, ""),
    content: [element("div", { class: "head" }, name, close), element("div", { class: "scroll" }, lead, entry, sending.box)],
    onGone: sending.end,
  }, context);
  return overlay.remove;

  function row(field: Field, index: number): { box: HTMLElement; control: Control; field: Field; check: () => boolean } {
    const id = `field${index}`;
    const choices = field.options.map(choice);
    const control: Control = field.type === "select"
      ? element("select", {}, element("option", { value: "" }, say("choose", "Choose one")), ...choices.map(({ label }, at) => element("option", { value: at }, label)))
      : element("input", { type: field.type, step: field.type === "number" && "any", min: field.type === "number" && 0, dir: "auto", maxlength: 1000 });
    const wrong = element("p", { class: "wrong", id: `${id}-wrong` });
    for (const [key, value] of Object.entries({ id, name: field.name, autocomplete: field.autocomplete ?? AUTOCOMPLETE[field.name] ?? "off", "aria-describedby": wrong.id })) control.setAttribute(key, value);
    control.required = field.required;
    const check = (): boolean => {
      const { valueMissing, typeMismatch, badInput, rangeUnderflow } = control.validity;
      const blank = valueMissing || (control.required && control.value.trim() === "");
      wrong.textContent = blank ? say("required", "This is needed.")
        : typeMismatch ? say("email", "This should look like name@company.com.")
        : badInput || rangeUnderflow ? say("number", "This should be a number, 0 or more.")
        : "";
      control.setAttribute("aria-invalid", String(wrong.textContent !== ""));
      return wrong.textContent === "";
    };
    // Nobody is corrected while still writing; once a mistake has been pointed out, it goes away as soon as it is mended.
    control.addEventListener("input", () => { if (control.getAttribute("aria-invalid") === "true") check(); });
    const box = element("div", {},
      element("label", { for: id, dir: "auto" }, field.label, !control.required && element("span", {}, ` (${say("optional", "optional")})`)),
      control instanceof HTMLSelectElement ? element("div", { class: "choice" }, control) : control, wrong);
    return { box, control, field: { ...field, options: choices.map(({ value }) => value) }, check };
  }

  /** Answers that are changed are no longer those that wait to be allowed. */
  function edit(): void {
    overlay.engaged();
    sending.withdraw();
  }

  function send(): void {
    const failed = rows.filter(({ check }) => !check());
    if (failed[0]) {
      failed[0].control.focus();
      return;
    }
    const traits: Record<string, unknown> = {};
    const properties: Record<string, unknown> = { form: action.id };
    const plain: string[] = [];
    for (const { control, field } of rows) {
      const value = read(control, field);
      if (value === null) continue;
      plain.push(`${field.label}: ${control instanceof HTMLSelectElement ? control.selectedOptions[0]?.text : control.value.trim()}`);
      if (typeof field.trait === "string") setPath(traits, field.trait, value);
      else if (field.name !== "form") properties[field.name] = value;
    }
    overlay.engaged();
    // Pressed twice before it is allowed, it is still one answer.
    sending.withdraw();
    sending.send(() => {
      context.track("form_submit", properties, { traits });
      overlay.converted();
    }, plain.join("\n"));
  }
};

/** What was filled in, in its own type; null if nothing was. */
function read(control: Control, field: Field): unknown {
  const written = control.value.trim();
  if (written === "") return null;
  if (field.type === "select") return field.options[Number(written)] ?? null;
  if (field.type === "number") return Number(written);
  return written;
}

function choice(option: unknown): { value: unknown; label: string } {
  if (typeof option !== "object" || option === null) return { value: option, label: String(option) };
  const { value, label } = option as { value?: unknown; label?: unknown };
  return { value, label: text(label, String(value)) };
}
