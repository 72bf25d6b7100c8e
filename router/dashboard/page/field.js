import { shortId } from './format.js';
import { useEffect, useRef, useState } from './hooks.js';
import { html } from './html.js';
import { set } from './live.js';

const SIZES = [12, 10, 8, 6, 5, 4, 3];
const HEIGHT = 62;
const GAP = 2;
/** How long a new session stays highlighted. */
const FRESH_MS = 1600;

const calm = matchMedia('(prefers-reduced-motion: reduce)');
const dark = matchMedia('(prefers-color-scheme: dark)');

/** The largest cell size at which all sessions fit. */
const gridFor = (number, width) => {
  for (const size of SIZES) {
    const columns = Math.max(1, Math.floor((width + GAP) / (size + GAP)));
    const rows = Math.floor((HEIGHT + GAP) / (size + GAP));
    if (columns * rows >= number || size === SIZES.at(-1)) return { size, columns };
  }
};

const colorsOf = (element) => {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    own: read('--hue'),
    bad: read('--bad'),
    warn: read('--warn'),
    faint: read('--hue-none'),
    ink: read('--surface'),
    of: (key) => read(`--hue-${key % 8}`),
  };
};

const drawCell = (context, { session, x, y, size, colors }) => {
  const { state, streams, from, to } = session;
  const thin = size > 5 ? 1.5 : 1;
  if (state === 'lost' || state === 'back') {
    context.strokeStyle = state === 'lost' ? colors.bad : colors.faint;
    context.lineWidth = thin;
    context.strokeRect(x + thin / 2, y + thin / 2, size - thin, size - thin);
    if (to) {
      context.fillStyle = colors.of(to.node);
      context.fillRect(x + size / 3, y + size / 3, size / 3, size / 3);
    }
    return;
  }
  context.globalAlpha = streams > 0 ? 1 : 0.5;
  context.fillStyle = state === 'stalled' ? colors.warn : colors.own;
  context.fillRect(x, y, size, size);
  context.globalAlpha = 1;
  if (!from || size < 4) return;
  context.fillStyle = colors.ink;
  context.fillRect(x + size / 4, y + size / 4, size / 2, size / 2);
  context.fillStyle = colors.of(from.node);
  context.fillRect(x + size / 3, y + size / 3, size / 3, size / 3);
};

const draw = (canvas, sessions, fresh) => {
  const width = canvas.clientWidth;
  const { size, columns } = gridFor(sessions.length, width);
  const height = Math.max(size, Math.ceil(sessions.length / columns) * (size + GAP) - GAP);
  const scale = devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.setProperty('height', `${height}px`);
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  const colors = colorsOf(canvas);
  sessions.forEach((session, i) => {
    const x = (i % columns) * (size + GAP);
    const y = Math.floor(i / columns) * (size + GAP);
    drawCell(context, { session, x, y, size, colors });
    if (!fresh.has(session.id)) return;
    context.strokeStyle = colors.own;
    context.lineWidth = 1;
    context.strokeRect(x - 0.5, y - 0.5, size + 1, size + 1);
  });
  return { size, columns };
};

/** One cell per session, drawn on a canvas: 2,000 DOM elements would be too slow. */
export const Field = ({ sessions, name }) => {
  const canvas = useRef();
  const grid = useRef();
  const seen = useRef(new Map());
  const [, redraw] = useState(0);
  const [hovered, hover] = useState();
  const sorted = [...sessions].sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  useEffect(() => {
    const again = () => redraw((count) => count + 1);
    const observer = new ResizeObserver(again);
    observer.observe(canvas.current.parentElement);
    dark.addEventListener('change', again);
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', again);
    };
  }, []);
  useEffect(() => {
    const now = performance.now();
    const fresh = new Set();
    const first = seen.current.size === 0;
    const next = new Map();
    for (const { id, state } of sorted) {
      const known = seen.current.get(id);
      const at = known?.state === state ? known.at : first || calm.matches ? 0 : now;
      next.set(id, { state, at });
      if (at > 0 && state === 'live' && now - at < FRESH_MS) fresh.add(id);
    }
    seen.current = next;
    grid.current = draw(canvas.current, sorted, fresh);
  });
  const cellAt = ({ offsetX, offsetY }) => {
    const { size, columns } = grid.current;
    const column = Math.floor(offsetX / (size + GAP));
    return column < columns ? sorted[Math.floor(offsetY / (size + GAP)) * columns + column] : undefined;
  };
  const words = hovered && `${shortId(hovered.id)}${hovered.client ? ` · ${hovered.client}` : ''} · ${hovered.state}`;
  return html`<div class="field">
    <canvas ref=${canvas} role="img" aria-label="${sessions.length} sessions of ${name}, one cell each; the table Sessions lists them"
      class=${sessions.length === 0 ? 'field-empty' : ''}
      onMouseMove=${(event) => hover(cellAt(event))} onMouseLeave=${() => hover(undefined)}
      onClick=${(event) => set('wanted', cellAt(event)?.id ?? '')}></canvas>
    <p class="field-note">${words ?? (sessions.length === 0 ? 'no sessions' : '\u00a0')}</p>
  </div>`;
};
