import { Spark } from './chart.js';
import { count, hue, milliseconds } from './format.js';
import { html } from './html.js';
import { useLive } from './live.js';

const Tile = ({ title, value, unit, note, children }) => html`<div class="tile">
  <h3 class="tile-title">${title}</h3>
  <p class="tile-value">${value}<small>${unit}</small></p>
  <p class="tile-note">${note}</p>
  <div class="tile-chart">${children}</div>
</div>`;

const last = (values) => values.at(-1) ?? 0;
const sum = (values) => values.reduce((all, one) => all + one, 0);

/** How many sessions each node has, and how many have none. */
const sessionCounts = (sessions) => {
  const counts = { live: 0, stalled: 0, lost: 0, back: 0, moved: 0, others: false, byNode: new Map() };
  for (const { state, node, from, kind } of sessions.values()) {
    counts.others ||= kind !== undefined;
    counts[state] += 1;
    if (from) counts.moved += 1;
    if (state === 'live' || state === 'stalled') counts.byNode.set(node, (counts.byNode.get(node) ?? 0) + 1);
  }
  return counts;
};

const spread = (used, all) => {
  const part = used === 0 || used === all ? '' : `${used} of `;
  return `on ${part}${all} ${all === 1 ? 'node' : 'nodes'}`;
};

const Share = ({ counts, nodes }) => {
  const all = counts.live + counts.stalled;
  let x = 0;
  const bars = nodes.map(({ key, name }) => {
    const width = all === 0 ? 0 : ((counts.byNode.get(key) ?? 0) / all) * 100;
    const bar = html`<rect class="share ${hue(key)}" x=${x} y="0" width=${Math.max(0, width - 0.4)} height="12"
      ><title>${name}: ${counts.byNode.get(key) ?? 0}</title></rect
    >`;
    x += width;
    return bar;
  });
  return html`<svg class="share-bar" viewBox="0 0 100 12" preserveAspectRatio="none" role="img"
    aria-label="Sessions by node">
    <rect class="share-none" x="0" y="0" width="100" height="12" />${bars}</svg
  >`;
};

export const Traffic = () => {
  const { rates, sessions, nodes } = useLive('rates', 'sessions', 'nodes');
  const counts = sessionCounts(sessions);
  const title = counts.others ? 'Sessions, handles and tasks' : 'Sessions';
  const streams = sum(nodes.map((node) => node.streams));
  const inFlight = sum(nodes.map((node) => node.inFlight));
  const failed = sum(rates.errors);
  const asked = sum(rates.requests);
  return html`<section class="tiles" aria-label="Traffic of the last minute">
    <${Tile} title="Throughput" value=${count(last(rates.requests))} unit="req/s" note="${count(asked)} in the last minute">
      <${Spark} lines=${[rates.requests]} label="Requests per second over the last minute" />
    </${Tile}>
    <${Tile} title="Latency" value=${milliseconds(last(rates.p50))} unit="median" note="${milliseconds(last(rates.p95))} 95th percentile">
      <${Spark} lines=${[rates.p95, rates.p50]} label="Latency over the last minute: 95th percentile and median" kind="spark-two" />
    </${Tile}>
    <${Tile} title="Server errors" value=${count(failed)} unit="last minute" note=${failed === 0 ? 'none' : `${((failed / Math.max(1, asked)) * 100).toFixed(1)} % of requests`}>
      <${Spark} lines=${[rates.errors]} label="Server errors per second over the last minute" kind="spark-bad" />
    </${Tile}>
    <${Tile} title=${title} value=${count(counts.live + counts.stalled)} unit=${spread(counts.byNode.size, nodes.length)} note="${count(streams)} streams, ${count(inFlight)} requests under way">
      <${Share} counts=${counts} nodes=${nodes} />
    </${Tile}>
  </section>`;
};
