// How overlays look. The shadow root keeps the page's rules out; what comes in on purpose is the page's font, its writing direction,
// and six custom properties that a page may set on :root (or on any ancestor of the end of <body>):
//
//   --warmlead-accent      buttons, links, the visitor's own messages, focus      default: an indigo
//   --warmlead-on-accent   text on the accent                                     default: white (near black in the dark)
//   --warmlead-surface     background of an overlay                               default: white (near black in the dark)
//   --warmlead-text        text; quieter text is mixed from it and the surface    default: near black (near white in the dark)
//   --warmlead-border      edge of an overlay and lines in it                     default: a light grey (dark in the dark)
//   --warmlead-radius      corner radius of an overlay; parts derive theirs       default: 16px
//
// What the page sets wins over the visitor's light or dark preference: a page that sets colours sets them for both. The page answers for
// the contrast of the pairs text/surface and on-accent/accent (4.5:1); the defaults keep it, and mixed colours follow them.
//
// Sizes are in em of one base, the larger of 16 px and the page's root size, so that neither `html { font-size: 62.5% }` nor
// a visitor's larger default font breaks anything. Only logical properties: right-to-left pages mirror it. Beside an open debug panel,
// which says in --warmlead-panel how wide it is, overlays move over; above a bar of the page's own, which says in --warmlead-bottom how high
// it is, they stop.

/** Colours and base rules that overlays and the debug panel share. */
export const theme = `
:host {
  all: initial !important; display: block !important; font-family: inherit !important;
  --accent: var(--warmlead-accent, #4349c9); --on-accent: var(--warmlead-on-accent, #fff);
  --surface: var(--warmlead-surface, #fff); --text: var(--warmlead-text, #1b1c22);
  --border: var(--warmlead-border, #e2e3e8); --radius: var(--warmlead-radius, 16px);
  --quiet: color-mix(in srgb, var(--text) 68%, var(--surface));
  --faint: color-mix(in srgb, var(--text) 6%, var(--surface));
  --edge: color-mix(in srgb, var(--text) 52%, var(--surface));
  --shade: 0 1px 2px rgb(16 17 26 / .06), 0 4px 12px rgb(16 17 26 / .06), 0 18px 44px -10px rgb(16 17 26 / .22);
}
@media (prefers-color-scheme: dark) {
  :host {
    --accent: var(--warmlead-accent, #a3a8ff); --on-accent: var(--warmlead-on-accent, #14152b);
    --surface: var(--warmlead-surface, #1a1b21); --text: var(--warmlead-text, #eeeff3);
    --border: var(--warmlead-border, #34363f);
    --shade: 0 1px 2px rgb(0 0 0 / .4), 0 18px 48px -8px rgb(0 0 0 / .6);
  }
}
/* In the top layer (top.ts) it is an empty box at a corner, whatever the page wants popovers to be, and nothing lies between it and the page. */
:host(:popover-open) { position: fixed !important; inset: 0 auto auto 0 !important; }
:host::backdrop { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
h2, h3, p, ul, ol, dl, dd, table, form { margin: 0; padding: 0; font: inherit; }
button, input, select, textarea { font: inherit; color: inherit; letter-spacing: inherit; margin: 0; }
button, select { cursor: pointer; }
button { background: none; border: 1px solid transparent; touch-action: manipulation; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
svg { inline-size: 1.25em; block-size: 1.25em; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; display: block; }
.quick { display: grid; place-items: center; inline-size: 44px; block-size: 44px; padding: 0; flex: none; border-radius: calc(var(--radius) * .6); color: var(--quiet); }
.quick:hover { background: var(--faint); color: var(--text); }
.aside { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

/** The style sheet of overlays. However low the window is, they leave its top to the line that many sites keep there: 76px, with the 20px below. */
export const overlayStyle = `${theme}
dialog, .launcher {
  --below: var(--warmlead-bottom, 0px);
  position: fixed; z-index: 2147483000; inset: auto; inset-block-end: calc(20px + var(--below)); inset-inline-end: 20px;
  margin: 0; font-size: max(16px, 1rem); line-height: 1.5; color: var(--text); background: var(--surface);
  border: 1px solid var(--border); box-shadow: var(--shade); color-scheme: light dark;
}
dialog {
  display: none; flex-direction: column; padding: 0; overflow: hidden; overflow-wrap: anywhere; hyphens: auto; hyphenate-limit-chars: 12 4 4; text-align: start;
  inline-size: 24em; max-inline-size: calc(100vw - 40px); border-radius: var(--radius);
  max-block-size: min(40em, 100vh - 96px - var(--below)); max-block-size: min(40em, 100dvh - 96px - var(--below));
}
dialog[open] { display: flex; }
.head { display: flex; align-items: flex-start; flex: none; padding-block: .5em 0; padding-inline: 1.25em .5em; }
h2 { flex: 1; min-inline-size: 0; font-weight: 650; line-height: 1.35; letter-spacing: -.01em; padding-block: .65em .4em; }
.scroll { flex: 1 1 auto; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain; padding-block: .25em 1.25em; padding-inline: 1.25em; }
[data-more] {
  --start: 0px; --end: 0px; scroll-padding-block: 2em; -webkit-mask-image: linear-gradient(transparent, #000 var(--start), #000 calc(100% - var(--end)), transparent);
  mask-image: linear-gradient(transparent, #000 var(--start), #000 calc(100% - var(--end)), transparent);
}
[data-more]:focus-visible { outline-offset: -2px; }
[data-more~=above] { --start: 1.5em; }
[data-more~=below] { --end: 1.5em; }
.lead { color: var(--quiet); margin-block-end: 1.1em; white-space: pre-line; }
.primary {
  display: inline-flex; align-items: center; justify-content: center; min-block-size: 44px; padding: .55em 1.15em; font-weight: 600; line-height: 1.3; text-align: center;
  text-decoration: none; color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: calc(var(--radius) * .6);
}
.primary[aria-disabled=true] { opacity: .55; cursor: default; }
.primary:not([aria-disabled=true]):hover { background: color-mix(in srgb, var(--accent) 88%, var(--text)); }
input, select, textarea {
  inline-size: 100%; min-block-size: 44px; padding: .55em .75em; line-height: 1.4; background: var(--surface); color: var(--text);
  border: 1px solid var(--edge); border-radius: calc(var(--radius) * .6);
}
input:hover, select:hover, textarea:hover { border-color: var(--text); }
input:focus-visible, select:focus-visible, textarea:focus-visible { outline-offset: -1px; border-color: var(--accent); }
::placeholder { color: var(--quiet); opacity: 1; }
:placeholder-shown { direction: inherit; }

form { display: grid; gap: 1em; }
label { display: block; font-size: .9375em; font-weight: 550; margin-block-end: .35em; }
label span { color: var(--quiet); font-weight: 400; }
.choice { position: relative; }
.choice select { appearance: none; padding-inline-end: 2.4em; text-overflow: ellipsis; }
.choice::after {
  content: ""; position: absolute; inset-block-start: 50%; inset-inline-end: 1.1em; inline-size: .5em; block-size: .5em; pointer-events: none;
  border: solid var(--quiet); border-width: 0 1.7px 1.7px 0; transform: translateY(-70%) rotate(45deg);
}
input[type=number] { appearance: textfield; }
::-webkit-inner-spin-button, ::-webkit-outer-spin-button { appearance: none; margin: 0; }
.wrong { display: flex; gap: .4em; font-size: .875em; margin-block-start: .35em; color: var(--wrong); }
.wrong::before { content: "!"; flex: none; display: grid; place-items: center; inline-size: 1.25em; block-size: 1.25em; margin-block-start: .1em; border-radius: 50%; font-size: .85em; font-weight: 700; color: var(--surface); background: var(--wrong); }
.wrong:empty { display: none; }
dialog { --wrong: color-mix(in srgb, #d9363e 74%, var(--text)); }
[aria-invalid=true] { border-color: var(--wrong); }
.done { display: flex; align-items: flex-start; gap: .6em; }
.done svg { color: var(--accent); margin-block-start: .12em; flex: none; }
.fate { display: grid; gap: .75em; }
.fate:empty { display: none; }
.fate:focus-visible { outline: none; }
form + .fate:not(:empty) { margin-block-start: 1em; }
form[hidden] + .fate { margin-block-start: 0; }
.note { font-size: .875em; color: var(--quiet); }
.ways { display: flex; flex-wrap: wrap; align-items: center; gap: .25em 1em; }
.plain { display: inline-flex; align-items: center; min-block-size: 44px; color: var(--accent); text-underline-offset: .18em; }

.talk { display: flex; flex-direction: column; gap: .6em; padding-block-end: 1em; }
.talk p { max-inline-size: 86%; padding: .6em .9em; white-space: pre-line; border-radius: calc(var(--radius) * .9); }
.talk .theirs { align-self: flex-start; background: var(--faint); border-end-start-radius: 4px; }
.talk .mine { align-self: flex-end; background: var(--accent); color: var(--on-accent); border-end-end-radius: 4px; }
.talk .note { max-inline-size: 100%; padding: 0; border-radius: 0; }
.write { display: flex; flex: none; align-items: flex-end; gap: .5em; padding: .75em; border-block-start: 1px solid var(--border); }
.write textarea { flex: 1; min-inline-size: 0; resize: none; field-sizing: content; max-block-size: min(8em, 30vh); }
/* What it asks for must leave room for what was said: two lines, the padding below them not counted, in which a third would begin. */
.write textarea:placeholder-shown { max-block-size: 3.4em; }
.write .primary { inline-size: 44px; min-block-size: 44px; padding: 0; flex: none; }
.write svg:dir(rtl) { transform: scaleX(-1); }
.launcher { display: flex; align-items: center; gap: .5em; min-block-size: 48px; padding: .6em 1.1em; font-weight: 600; border-radius: 24px; color: var(--on-accent); background: var(--accent); border-color: transparent; max-inline-size: calc(100vw - 40px); }

.banner { flex-direction: row; align-items: flex-start; padding: .5em; inline-size: auto; max-inline-size: min(28em, 100vw - 40px); }
.banner .say { flex: 1; align-self: stretch; min-inline-size: 0; overflow-y: auto; overscroll-behavior: contain; padding-block: .62em .5em; padding-inline: .8em .5em; }
.banner .say p + .primary, .banner .say .fate { margin-block-start: .8em; }

@media (min-width: 641px) {
  /* Beside the panel, and narrower where little is left; never narrower than can be read, nor out of the page. */
  dialog, .launcher, dialog.banner {
    --most: max(min(15em, 100vw - 40px), 100vw - 40px - var(--warmlead-panel, 0px));
    max-inline-size: var(--most); inset-inline-end: max(20px, min(20px + var(--warmlead-panel, 0px), 100vw - 20px - 15em));
  }
  dialog.banner { max-inline-size: min(28em, var(--most)); }
}
@media (min-width: 481px) { dialog.across { inset-inline: 20px auto; } }
@media (max-width: 480px) {
  dialog, dialog.banner {
    inset-inline: 0; inset-block-end: var(--below); inline-size: 100%; max-inline-size: none; max-block-size: calc(85vh - var(--below)); max-block-size: calc(85dvh - var(--below));
    border-inline-width: 0; border-block-end-width: 0; border-end-start-radius: 0; border-end-end-radius: 0; padding-block-end: env(safe-area-inset-bottom, 0px);
  }
  dialog.banner { padding-block-end: calc(.75em + env(safe-area-inset-bottom, 0px)); }
  .launcher { inset-block-end: calc(max(16px, env(safe-area-inset-bottom, 0px)) + var(--below)); inset-inline-end: 16px; }
  form .primary, form + .fate .primary { inline-size: 100%; }
}
@media (prefers-reduced-motion: no-preference) {
  dialog[open], .launcher { animation: rise .24s cubic-bezier(.2, .8, .2, 1); }
  .talk .mine, .note { animation: rise .2s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(10px); } }
}
@media (forced-colors: active) { .talk .mine, .talk .theirs { border: 1px solid; } }
@media print { :host { display: none !important; } }
`;
