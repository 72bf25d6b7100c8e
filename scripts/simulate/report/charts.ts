import { type Series, SLICE_MS } from './series.ts';

/** Charts as SVG. Colours are classes of the page, so they follow its light and dark mode. */

const BOX = { width: 860, height: 200, left: 48, bottom: 24, top: 14 };
const WIDE = BOX.width - BOX.left - 8;
const HIGH = BOX.height - BOX.bottom - BOX.top;

type Scale = { readonly x: (value: number) => number; readonly y: (value: number) => number };

const scaleTo = (mostX: number, mostY: number): Scale => ({
  x: (value) => BOX.left + (value / Math.max(1, mostX)) * WIDE,
  y: (value) => BOX.top + HIGH - (value / Math.max(1, mostY)) * HIGH,
});

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

export const sessionsChart = ({ nodes, slices, steps }: Series): string => {
  const most = Math.max(1, ...slices.flatMap(({ sessions }) => sessions));
  const end = slices.length * SLICE_MS;
  const scale = scaleTo(end, most);
  const lines = nodes.map((node, i) => {
    const points = slices.map(({ fromMs, sessions }) => at(scale, fromMs + SLICE_MS, sessions[i] ?? 0)).join(' ');
    return `<polyline class="line c${i % 6}" points="${points}"><title>${escapeHtml(node)}</title></polyline>`;
  });
  const title = `open sessions of ${nodes.join(', ')}`;
  return chart({ title, inside: [...axes(scale, end, most), ...marks(scale, steps), ...lines].join('') });
};

export const callsChart = ({ slices, steps }: Series): string => {
  const most = Math.max(1, ...slices.map(({ ok, failed }) => ok + failed));
  const end = slices.length * SLICE_MS;
  const scale = scaleTo(end, most);
  const width = Math.max(1, WIDE / slices.length - 1);
  const bar = (kind: string, fromMs: number, low: number, high: number): string =>
    high === low
      ? ''
      : `<rect class="${kind}" x="${fixed(scale.x(fromMs))}" y="${fixed(scale.y(high))}" width="${fixed(width)}" height="${fixed(scale.y(low) - scale.y(high))}"/>`;
  const bars = slices.map(({ fromMs, ok, failed }) => bar('good', fromMs, 0, ok) + bar('bad', fromMs, ok, ok + failed));
  const title = `calls in each ${SLICE_MS} ms, answered and failed`;
  return chart({ title, inside: [...axes(scale, end, most), ...bars, ...marks(scale, steps)].join('') });
};

/** How many clients were back after each time. */
export const recoveryChart = ({ recoveries }: Series): string => {
  if (recoveries.length === 0) return '<p>No client had to recover.</p>';
  const end = recoveries.at(-1) ?? 1;
  const scale = scaleTo(end, recoveries.length);
  const points = recoveries.map((ms, i) => at(scale, ms, i + 1)).join(' ');
  const inside = [...axes(scale, end, recoveries.length), `<polyline class="line c0" points="${points}"/>`].join('');
  return chart({ title: 'clients that got an answer again, by time since their first failure', inside });
};

const chart = ({ title, inside }: { readonly title: string; readonly inside: string }): string =>
  `<svg viewBox="0 0 ${BOX.width} ${BOX.height}" role="img" aria-label="${escapeHtml(title)}">${inside}</svg>`;

const axes = ({ x, y }: Scale, end: number, most: number): string[] => {
  const seconds = [0, 0.25, 0.5, 0.75, 1].map((share) => share * end);
  return [
    ...[0, most / 2, most].map(
      (value) =>
        `<line class="grid" x1="${BOX.left}" x2="${BOX.width - 8}" y1="${fixed(y(value))}" y2="${fixed(y(value))}"/><text x="${BOX.left - 6}" y="${fixed(y(value) + 4)}" text-anchor="end">${Math.round(value)}</text>`,
    ),
    ...seconds.map(
      (ms) => `<text x="${fixed(x(ms))}" y="${BOX.height - 6}" text-anchor="middle">${(ms / 1000).toFixed(1)} s</text>`,
    ),
  ];
};

const marks = ({ x }: Scale, steps: Series['steps']): string[] =>
  steps.map(
    ({ at: ms, text }) =>
      `<line class="mark" x1="${fixed(x(ms))}" x2="${fixed(x(ms))}" y1="${BOX.top}" y2="${BOX.top + HIGH}"><title>${escapeHtml(text)}</title></line>`,
  );

const at = ({ x, y }: Scale, a: number, b: number): string => `${fixed(x(a))},${fixed(y(b))}`;
const fixed = (value: number): string => value.toFixed(1);
