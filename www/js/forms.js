// The site's forms. A form says in its markup what it means, and this file does the rest:
//   data-form      its name; a complete one is recorded as form_submit, with the traits
//   data-event     another event to record with it, as contact_request
//   data-start     an event to record when somebody begins to fill it in
//   data-trait     (on a field) the path of the trait that its value becomes
//   data-property  (on a field) the property of the events that its value becomes
//   data-record    (on a button) an event to record when it is pressed; data-said replaces the button then
//   <template>     what stands in the form's place afterwards; what became of the answers is added to it
//
// The answers count in this tab at once. They leave it only if the visitor has allowed that: otherwise the thanks say so, and offer it.

import { allow, loaded, onChange, track, warmlead } from "./lead.js";

/** Wires the forms and downloads inside `root`. */
export function forms(root) {
  for (const form of root.querySelectorAll("form[data-form]")) {
    if (form.noValidate) continue;
    form.noValidate = true;
    form.querySelector("fieldset").disabled = false;
    prefill(form);
    // On the first page the client is still to come.
    loaded.then(() => prefill(form));
    form.addEventListener("submit", (event) => { event.preventDefault(); submit(form); });
    form.addEventListener("input", (event) => {
      if (!form.dataset.started) {
        form.dataset.started = "yes";
        track("form_start", { form: form.dataset.form });
        if (form.dataset.start) track(form.dataset.start, { form: form.dataset.form });
      }
      // Nobody is corrected while still writing; a mistake that was pointed out goes as soon as it is mended.
      if (event.target.getAttribute("aria-invalid") === "true") check(event.target);
    });
  }
  for (const button of root.querySelectorAll("[data-record]:disabled")) {
    button.disabled = false;
    button.addEventListener("click", () => {
      track(button.dataset.record);
      const said = Object.assign(document.createElement("span"), { textContent: button.dataset.said, tabIndex: -1 });
      button.replaceWith(said);
      said.focus();
    });
  }
  for (const link of root.querySelectorAll("[data-download]")) {
    link.addEventListener("click", () => track("file_download", { file: link.dataset.download, url: link.href }));
  }
}

/** Nobody has to write twice what they have said on this visit. */
function prefill(form) {
  const traits = warmlead?.document?.traits ?? {};
  for (const field of form.querySelectorAll("[data-trait]")) {
    const value = field.dataset.trait.split(".").reduce((at, key) => at?.[key], traits);
    if (field.value === "" && field !== document.activeElement && (typeof value === "string" || typeof value === "number")) field.value = String(value);
  }
}

function submit(form) {
  const fields = [...form.querySelectorAll("input, select, textarea")];
  const wrong = fields.filter((field) => !check(field));
  if (wrong[0]) return wrong[0].focus();

  const traits = {};
  const properties = { form: form.dataset.form };
  for (const field of fields) {
    const value = read(field);
    if (value === null) continue;
    if (field.dataset.trait) put(traits, field.dataset.trait, value);
    else if (field.dataset.property) properties[field.dataset.property] = value;
  }
  const record = () => {
    track("form_submit", properties, { traits });
    if (form.dataset.event) track(form.dataset.event, properties);
  };
  record();

  const after = form.querySelector("template").content.cloneNode(true);
  const focus = after.querySelector("[tabindex]");
  after.querySelector(".done").append(delivery(record));
  form.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
  form.replaceChildren(after);
  forms(form);
  focus?.focus();
}

/** What became of the answers, in a line that stays true; `record` is to be done again if what was recorded was not to be kept. */
function delivery(record) {
  const box = document.createElement("div");
  box.className = "delivery";
  const line = Object.assign(document.createElement("p"), { className: "small" });
  line.setAttribute("role", "status");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button quiet", textContent: "Allow and send" });
  box.append(line, button);
  let arrived = false;
  let declined = false;
  let shown = false;
  const tell = () => {
    shown ||= box.isConnected;
    if (arrived || (shown && !box.isConnected)) return stop();
    const { consentGiven = null, queue } = warmlead ?? {};
    // What happens under a refusal is never sent, not even when the visitor agrees later: it has to be said again.
    if (consentGiven === true && declined) return again();
    declined = consentGiven === false;
    arrived = consentGiven === true && queue?.waiting === 0;
    const mute = !warmlead || warmlead.status === "unsupported";
    button.hidden = mute || consentGiven === true;
    const text = mute ? "Your answers have not been sent: what scores and sends can't run on this page."
      : consentGiven !== true ? "Your answers have not left this tab, because you have not allowed it. If you do, they go to this site's own collector, and what you do here is kept with them."
      : arrived ? "Your answers have reached this site's own collector."
      : queue?.online === false || queue?.retryAt ? "Your answers wait for the connection, and are sent as soon as it is back."
      : "Your answers are being sent to this site's own collector.";
    if (line.textContent !== text) line.textContent = text;
  };
  const again = () => { declined = false; record(); };
  button.addEventListener("click", () => { line.tabIndex = -1; line.focus(); allow(); });
  const stop = onChange(tell);
  return box;
}

/** A field's value in its own type; null if it is empty. */
function read(field) {
  const text = field.value.trim();
  if (text === "") return null;
  if (field.type === "number") return Number(text);
  if (field.dataset.trait === "company.domain") return domain(text);
  return text;
}

/** "https://www.Acme.example/about" and "acme.example" are the same company. */
function domain(text) {
  return text.toLowerCase().replace(/^[a-z]+:\/\//, "").replace(/^www\./, "").replace(/[/?#:].*$/, "");
}

function put(traits, path, value) {
  const [first, second] = path.split(".");
  if (second) traits[first] = { ...traits[first], [second]: value };
  else traits[first] = value;
}

/** Says beside the field what is wrong with it, if anything is. */
function check(field) {
  const { valueMissing, typeMismatch, badInput, rangeUnderflow, rangeOverflow } = field.validity;
  const problem = valueMissing || (field.required && field.value.trim() === "") ? "This is needed."
    : typeMismatch ? "This should look like name@company.com."
    : badInput || rangeUnderflow || rangeOverflow ? "This should be a whole number, 1 or more."
    : "";
  const id = `${field.id}-error`;
  let note = document.getElementById(id);
  if (problem && !note) {
    note = Object.assign(document.createElement("p"), { id, className: "error" });
    const box = field.closest(".inline-form");
    if (box) box.after(note);
    else field.after(note);
  }
  if (note) note.textContent = problem;
  field.setAttribute("aria-invalid", String(problem !== ""));
  if (problem) field.setAttribute("aria-describedby", id);
  else field.removeAttribute("aria-describedby");
  return problem === "";
}
