// How the debug panel looks: a card at the side, a sheet from below on a phone. Dense, with numbers that align. It shares the overlays'
// colours and base rules, and their six custom properties. It is as far in front as they are: where there is no room beside it, what was
// opened last, and so is last in the top layer (without one, in the page), covers the other.

import { theme } from "../actions/style.js";

/** The style sheet of the panel. */
export const panelStyle = `${theme}
dialog {
  position: fixed; z-index: 2147483000; inset: auto; inset-block: 12px; inset-inline-end: 12px; inline-size: 25em; block-size: auto; max-block-size: none; max-inline-size: calc(100vw - 24px); margin: 0; padding: 0;
  display: flex; flex-direction: column; overflow: hidden; overflow-wrap: anywhere; text-align: start; color: var(--text); background: var(--surface);
  border: 1px solid var(--border); border-radius: var(--radius); box-shadow: var(--shade); font-size: max(14px, .875rem); line-height: 1.45;
  font-variant-numeric: tabular-nums; color-scheme: light dark;
  --tint: color-mix(in srgb, var(--accent) 12%, var(--surface)); --warn: color-mix(in srgb, #d9363e 74%, var(--text));
}
.head { display: flex; align-items: center; flex: none; padding-block: .3em; padding-inline: 1.2em .4em; border-block-end: 1px solid var(--border); }
.head > div { flex: 1; min-inline-size: 0; display: flex; align-items: center; gap: .7em; }
h2 { font-weight: 650; letter-spacing: -.01em; white-space: nowrap; }
.status, .quiet { color: var(--quiet); }
.status { display: flex; align-items: center; gap: .45em; font-size: .93em; }
.status::before { content: ""; flex: none; inline-size: .5em; block-size: .5em; border-radius: 50%; background: var(--edge); }
[data-state=running] .status::before { background: #2f9e62; }
[data-state=unsupported] .status::before { background: var(--warn); }
.yes { color: var(--accent); }
.scroll { flex: 1 1 auto; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain; padding-block-end: .6em; scrollbar-width: thin; }
.scroll:focus-visible { outline: none; box-shadow: inset 0 2px var(--accent); }
.notice p { margin: 1em 1.2em 0; padding: .6em .8em; border-radius: calc(var(--radius) * .5); border: 1px solid var(--warn); color: var(--warn); }
section { padding-block: 1em; padding-inline: 1.2em; }
section + section { border-block-start: 1px solid var(--border); }
.scores { border-block: 1px solid var(--border); }
.scores + section { border-block-start: 0; }
.line { display: flex; align-items: center; gap: .6em; }
.hero .line { justify-content: space-between; gap: 1em; }
.stage { font-size: 2em; font-weight: 680; letter-spacing: -.025em; line-height: 1.15; }
.grade { flex: none; display: grid; place-items: center; min-inline-size: 2.1em; block-size: 2.1em; padding-inline: .3em; font-size: 1.6em; font-weight: 680; letter-spacing: -.02em; border-radius: calc(var(--radius) * .7); background: var(--faint); }
.grade.mql { background: var(--accent); color: var(--on-accent); }
.way { display: flex; list-style: none; gap: 4px; margin-block-start: 1em; }
.way li { flex: 1; min-inline-size: 0; font-size: .86em; padding-block-start: .45em; border-block-start: 4px solid var(--border); color: var(--quiet); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.way .reached { border-color: var(--accent); }
.way [aria-current] { color: var(--text); font-weight: 650; }
.hero .way ~ p { margin-block-start: .6em; }
.more { list-style: none; margin-block-start: .2em; padding-inline-start: .8em; border-inline-start: 2px solid var(--border); }
.warn { color: var(--warn); font-weight: 550; }

h3 { font-weight: 620; }
section > h3 { margin-block-end: .45em; }
.score .line { gap: .55em; }
.score .line:has(+ [hidden]) { margin-block-end: .3em; }
.value { margin-inline-start: auto; color: var(--quiet); }
.value b { font-size: 1.35em; font-weight: 660; color: var(--text); letter-spacing: -.01em; }
.chip { min-inline-size: 1.7em; padding-inline: .45em; text-align: center; font-size: .86em; font-weight: 620; border-radius: 6px; background: var(--faint); }
.bar { position: relative; block-size: 8px; margin-block: .5em .7em; border-radius: 4px; overflow: hidden; background: color-mix(in srgb, var(--text) 10%, var(--surface)); }
.fill { block-size: 100%; border-radius: 4px; background: var(--accent); forced-color-adjust: none; }
.ticks i { position: absolute; inset-block: 0; inline-size: 2px; margin-inline-start: -1px; background: var(--surface); }
table { inline-size: calc(100% + 1em); margin-inline: -.5em; border-collapse: collapse; }
th, td { padding: .16em 0; text-align: end; font-weight: 400; vertical-align: baseline; white-space: nowrap; }
th { text-align: start; inline-size: 100%; white-space: normal; padding-inline: .5em .6em; }
td + td { padding-inline-start: .7em; }
tr > :last-child { padding-inline-end: .5em; }
.zero { color: var(--quiet); }
tr > :first-child { border-start-start-radius: 6px; border-end-start-radius: 6px; }
tr > :last-child { border-start-end-radius: 6px; border-end-end-radius: 6px; }
.new > * { background: var(--tint); color: var(--text); }
ins { text-decoration: none; font-weight: 620; color: color-mix(in srgb, var(--accent) 82%, var(--text)); }
.total > * { padding-block-start: .35em; font-weight: 620; }
tr:not(:only-child) + .total > * { box-shadow: inset 0 1px var(--border); border-radius: 0; }
.total th { color: var(--quiet); font-weight: 400; }
.bad { color: var(--warn); }

dl > div { display: flex; gap: 1em; padding-block: .16em; }
dt { flex: none; inline-size: 6.5em; color: var(--quiet); }
dd { flex: 1; min-inline-size: 0; }
.wide > div { justify-content: space-between; }
.wide dt { inline-size: auto; flex: 0 1 auto; color: var(--text); }
.wide dd { flex: none; max-inline-size: 70%; text-align: end; color: var(--quiet); }
.none dt { inline-size: auto; color: var(--quiet); }
b { font-weight: 620; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .93em; }

@media (max-width: 640px) {
  dialog {
    inset: auto 0 0; inline-size: 100%; max-inline-size: none; block-size: 72vh; block-size: 72dvh; font-size: max(15px, .9375rem);
    border-inline-width: 0; border-block-end-width: 0; border-end-start-radius: 0; border-end-end-radius: 0; padding-block-end: env(safe-area-inset-bottom, 0px);
  }
}
@media (prefers-reduced-motion: no-preference) {
  dialog { animation: enter .22s cubic-bezier(.2, .8, .2, 1); }
  .fill { transition: inline-size .35s cubic-bezier(.2, .8, .2, 1); }
  .new > * { animation: flash 1.2s ease-out; }
  @keyframes enter { from { opacity: 0; transform: translateY(8px); } }
  @keyframes flash { from { background: color-mix(in srgb, var(--accent) 40%, var(--surface)); } }
}
@media print { :host { display: none !important; } }
`;
