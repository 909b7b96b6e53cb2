// Draws charts as plain SVG, legible on light and on dark ground. It knows nothing of what they show.

const COLOURS = ["#0f8b8d", "#d1495b", "#8f5db7", "#8a8a8a", "#c77f1a", "#4f7cac", "#5b8c3a", "#b0508f", "#7a6a53"];
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [780, 420, 80, 248, 44, 44];

const STYLE = `text{font:13px system-ui,sans-serif;fill:#333}.title{font-weight:600;font-size:15px}.grid{stroke:#999;stroke-opacity:.3}
@media (prefers-color-scheme:dark){text{fill:#ddd}}`;

/** Lines over logarithmic axes; the title names the unit. `series` are `{ name, points: [[x, y]] }`; what has no points is left out. */
export function lines({ title, description, x, series }) {
  const drawn = series.filter(({ points }) => points.length > 0);
  const xs = drawn.flatMap(({ points }) => points.map(([at]) => at));
  const ys = drawn.flatMap(({ points }) => points.map(([, value]) => value));
  const decades = { x: [Math.log10(Math.min(...xs)), Math.log10(Math.max(...xs))], y: [Math.floor(Math.log10(Math.min(...ys))), Math.ceil(Math.log10(Math.max(...ys)))] };
  const across = (value) => LEFT + ((Math.log10(value) - decades.x[0]) / (decades.x[1] - decades.x[0])) * (WIDTH - LEFT - RIGHT);
  const up = (value) => HEIGHT - BOTTOM - ((Math.log10(value) - decades.y[0]) / (decades.y[1] - decades.y[0])) * (HEIGHT - TOP - BOTTOM);
  const parts = [];
  for (let decade = decades.y[0]; decade <= decades.y[1]; decade++) {
    const at = round(up(10 ** decade));
    parts.push(`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text x="${LEFT - 8}" y="${at + 4}" text-anchor="end">${label(10 ** decade)}</text>`);
  }
  for (const value of new Set(xs)) parts.push(`<text x="${round(across(value))}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${label(value)}</text>`);
  parts.push(`<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escape(x)}</text>`);
  // Names stand where their lines end, from top to bottom, and never on each other.
  let free = -Infinity;
  const ends = drawn.map((own, index) => ({ ...own, colour: COLOURS[index % COLOURS.length], end: up(own.points.at(-1)[1]) })).sort((one, other) => one.end - other.end);
  for (const { name, points, colour, end } of ends) {
    const path = points.map(([at, value]) => `${round(across(at))},${round(up(value))}`).join(" ");
    const own = name === drawn[0].name;
    free = Math.max(free + 17, end);
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${own ? 4 : 2}"/>`);
    for (const [at, value] of points) parts.push(`<circle cx="${round(across(at))}" cy="${round(up(value))}" r="${own ? 4 : 3}" fill="${colour}"/>`);
    parts.push(`<text x="${WIDTH - RIGHT + 12}" y="${round(free + 4)}" style="fill:${colour}${own ? ";font-weight:600" : ""}">${escape(name)}</text>`);
  }
  return drawing(title, description, HEIGHT, parts);
}

/** Horizontal bars over a logarithmic axis: `bars` are `{ name, value, text }`. */
export function bars({ title, description, bars: list }) {
  const [start, width, step] = [250, 390, 26];
  const low = Math.floor(Math.log10(Math.min(...list.map(({ value }) => value))));
  const high = Math.log10(Math.max(...list.map(({ value }) => value)));
  const parts = list.map(({ name, value, text }, index) => {
    const y = TOP + 4 + index * step;
    const length = round(((Math.log10(value) - low) / (high - low)) * width + 2);
    return `<text x="${start - 8}" y="${y + 14}" text-anchor="end">${escape(name)}</text><rect x="${start}" y="${y}" width="${length}" height="18" rx="3" fill="${COLOURS[0]}"/><text x="${start + length + 8}" y="${y + 14}">${escape(text)}</text>`;
  });
  return drawing(title, description, TOP + 16 + list.length * step, parts);
}

function drawing(title, description, height, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escape(title)}</title><desc id="description">${escape(description)}</desc><style>${STYLE}</style>
<text class="title" x="12" y="22">${escape(title)}</text>
${parts.join("\n")}
</svg>
`;
}

const round = (number) => Math.round(number * 10) / 10;

const label = (value) => (value >= 1 ? value.toLocaleString("en-US").replaceAll(",", " ") : String(Number(value.toPrecision(1))));

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
