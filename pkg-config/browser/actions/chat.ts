// The chat prompt: one message, one field. What the visitor writes is recorded as `chat_start` and `chat_message`, and answered by people
// later: the dialog says so, and never pretends that somebody is typing. It does not know how messages travel (delivery.ts says how far they
// have come), nor who reads them.
//
//   do: { type: "chat", message, title?, placeholder?, reply?, email?, consent?, texts?: { close, minimise, send, and those of delivery.ts } }
//
// Before the first message there is one way out, and it is a dismissal. Afterwards the conversation can be minimised to a button, too, and
// still counts as the one overlay of the page: somebody who is talking to you is not interrupted by your next prompt. What was
// said stays for as long as the page lives, also when the chat is closed and opens again.

import type { ActionHandler } from "../../types/browser.js";
import { misspelt } from "../misuse.js";
import { delivery, DELIVERY_KEYS } from "./delivery.js";
import { closeButton, openOverlay, text, words, type Overlay } from "./dialog.js";
import { element, icon } from "./element.js";

const SEND = "M10 16V4.5M5 9.5l5-5 5 5";
const MINIMISE = "M4.5 12.5h11";
const SPEECH = "M3.5 5.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9l-3.5 3v-3a2 2 0 0 1-2-2z";

const KEYS = ["type", "message", "title", "placeholder", "reply", ...DELIVERY_KEYS];

/** The longest message: far below an event's limit of 32 KiB, also in four-byte characters. */
const LONGEST = 4000;

/** What the visitor said and allowed to be sent, by action, for as long as the page lives. */
const conversations = new Map<string, string[]>();

/** Opens the chat. */
export const chat: ActionHandler = (action, context) => {
  const { message, title, placeholder, reply, texts } = action.do;
  misspelt(`the chat \`${action.id}\``, action.do, KEYS);
  const say = words(texts);
  const said = conversations.get(action.id) ?? [];
  conversations.set(action.id, said);

  const log = element("div", { class: "scroll talk", role: "log", "aria-labelledby": "name" });
  const field = element("textarea", {
    rows: 1, maxlength: LONGEST, dir: "auto", enterkeyhint: "send",
    placeholder: text(placeholder, "Write a message"), "aria-label": text(placeholder, "Write a message"),
    oninput: () => overlay.engaged(),
    onkeydown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    },
  });
  const form = element("form", { class: "write", onsubmit: (event: Event) => { event.preventDefault(); send(); } },
    field, element("button", { class: "primary", "aria-label": say("send", "Send") }, icon(SEND)));

  const name = element("h2", { dir: "auto" }, text(title, "Talk to us"));
  const minimise = element("button", {
    class: "quick", type: "button", hidden: said.length === 0, "aria-label": say("minimise", "Minimise"), title: say("minimise", "Minimise"), onclick: () => show(false),
  }, icon(MINIMISE));
  const launcher = element("button", { class: "launcher", type: "button", "aria-haspopup": "dialog", hidden: true, onclick: () => show(true) },
    icon(SPEECH), element("span", { dir: "auto" }, name.textContent));

  const overlay: Overlay = openOverlay({
    action: action.id,
    kind: "chat",
    name,
    say: text(message, ""),
    content: [element("div", { class: "head" }, name, minimise, closeButton(say("close", "Close"), () => overlay.close())), log, form],
    // With a conversation going on, Esc puts it aside instead of ending it.
    onEscape: () => (minimise.hidden ? overlay.close() : show(false)),
    onGone: () => sending.end(),
  }, context);
  overlay.root.append(launcher);

  const sending = delivery(action, context, {
    rest: field,
    arrived: () => element("p", { class: "note", dir: "auto" }, text(reply, "Thanks. A person will answer here or by e-mail.")),
    changed: toEnd,
  });
  add("theirs", text(message, "How can we help?"));
  for (const line of said) add("mine", line);
  log.append(sending.box);
  if (said.length > 0) sending.resume();

  return overlay.remove;

  function send(): void {
    const written = field.value.trim();
    field.focus();
    if (written === "") return;
    field.value = "";
    overlay.engaged();
    sending.box.before(add("mine", written));
    sending.send(() => leave(written), written);
    toEnd();
  }

  /** The message is on its way. */
  function leave(written: string): void {
    if (said.length === 0) context.track("chat_start", { action: action.id });
    context.track("chat_message", { action: action.id, text: written });
    said.push(written);
    overlay.converted();
    minimise.hidden = false;
  }

  function add(kind: "theirs" | "mine", line: string): HTMLElement {
    const bubble = element("p", { class: kind, dir: "auto" }, line);
    log.append(bubble);
    return bubble;
  }

  function toEnd(): void {
    log.scrollTop = log.scrollHeight;
  }

  function show(open: boolean): void {
    // Asked first: what is hidden loses focus at once.
    const inside = overlay.root.activeElement !== null;
    overlay.dialog.open = open;
    launcher.hidden = open;
    if (inside) (open ? field : launcher).focus();
  }
};
