import { html } from './html.js';

const pointsOf = (values, top) => {
  const step = values.length > 1 ? 100 / (values.length - 1) : 0;
  return values.map((value, i) => `${(i * step).toFixed(2)},${(38 - (value / top) * 36).toFixed(2)}`).join(' ');
};

/** Lines over the last minute on one scale; the first one is filled. */
export const Spark = ({ lines, label, kind = '' }) => {
  const idle = lines.every((line) => line.every((value) => value === 0));
  const top = Math.max(1e-9, ...lines.flat());
  const [first = []] = lines;
  return html`<svg class="spark ${kind} ${idle ? 'spark-idle' : ''}" viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label=${label}>
    <polygon class="spark-area" points="0,40 ${pointsOf(first, top)} 100,40" />
    ${lines.map(
      (line, i) =>
        html`<polyline class="spark-line line-${i}" points=${pointsOf(line, top)} vector-effect="non-scaling-stroke" />`,
    )}
  </svg>`;
};
