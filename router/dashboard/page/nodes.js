import { Spark } from './chart.js';
import { Field } from './field.js';
import { count, hue } from './format.js';
import { html } from './html.js';
import { act, useLive } from './live.js';

/** The state of the process if it is known, else what the health checks say. */
const conditionOf = ({ state, healthy, ready, draining }) => {
  if (state === 'down') return { word: 'down', tone: 'bad' };
  if (state === 'frozen') return { word: 'frozen', tone: 'warn' };
  if (state === 'starting' || state === 'stopping') return { word: state, tone: 'warn' };
  if (healthy === false) return { word: 'check fails', tone: 'bad' };
  if (draining) return { word: 'draining', tone: 'warn' };
  if (ready === false) return { word: 'no new sessions', tone: 'warn' };
  if (state === 'up' || healthy) return { word: 'up', tone: 'good' };
  return { word: 'not checked', tone: 'plain' };
};

const actionsOf = ({ state, draining }) => [
  state === 'down' ? ['start', 'Start'] : ['kill', 'Kill'],
  state === 'frozen' ? ['thaw', 'Thaw'] : ['freeze', 'Freeze'],
  ['restart', 'Restart'],
  draining ? ['undrain', 'Undrain'] : ['drain', 'Drain'],
];

const possible = ({ state }, action) =>
  action === 'start' || action === 'drain' || action === 'undrain' || action === 'restart'
    ? state !== 'starting' && state !== 'stopping'
    : action === 'thaw'
      ? state === 'frozen'
      : action === 'freeze'
        ? state === 'up'
        : state !== 'down';

const Actions = ({ node }) => html`<div class="actions" role="group" aria-label="Actions on ${node.name}">
  ${actionsOf(node).map(
    ([action, title], i) =>
      html`<button key=${i} class="button ${action === 'kill' ? 'button-bad' : ''}" disabled=${!possible(node, action)}
        onClick=${() => act(action, node.name)} aria-label="${title} ${node.name}">${title}</button>`,
  )}
</div>`;

const HELD = [
  ['handle', 'handles'],
  ['task', 'tasks'],
];

/** Handles and tasks appear only if a client of protocol 2026-07-28 has some. */
const Figures = ({ node, sessions }) => html`<dl class="figures">
  <div><dt>sessions</dt><dd>${count(sessions.filter(({ kind }) => kind === undefined).length)}</dd></div>
  ${HELD.map(([kind, title]) => [title, sessions.filter((one) => one.kind === kind).length])
    .filter(([, held]) => held > 0)
    .map(([title, held]) => html`<div key=${title}><dt>${title}</dt><dd>${count(held)}</dd></div>`)}
  <div><dt>streams</dt><dd>${count(node.streams)}</dd></div>
  <div><dt>in flight</dt><dd>${count(node.inFlight)}</dd></div>
  <div><dt>errors</dt><dd>${count(node.errors)}</dd></div>
</dl>`;

const NodeCard = ({ node, spark, sessions, cluster }) => {
  const { word, tone } = conditionOf(node);
  const own = sessions.filter(({ state }) => state === 'live' || state === 'stalled');
  return html`<article class="card node ${hue(node.key)} ${tone === 'bad' ? 'node-bad' : ''}" aria-label="Node ${node.name}">
    <div class="node-head">
      <h3><i class="swatch" aria-hidden="true"></i>${node.name}</h3>
      <span class="pill pill-${tone}">${word}</span>
      ${node.draining && word !== 'draining' && html`<span class="pill pill-warn">draining</span>`}
    </div>
    <p class="node-url"><code>${node.url}</code>${node.restarts > 0 && html`<span class="muted"> · started ${node.restarts + 1} times</span>`}</p>
    <div class="node-load">
      <${Figures} node=${node} sessions=${own} />
      <div class="node-spark"><${Spark} lines=${[spark ?? []]} label="Requests per second of ${node.name} over the last minute" />
        <span class="muted">${count(spark?.at(-1) ?? 0)} req/s</span></div>
    </div>
    <${Field} sessions=${sessions} name=${node.name} />
    ${cluster && html`<${Actions} node=${node} />`}
  </article>`;
};

const Empty = () => html`<div class="empty">
  <p><strong>No servers yet.</strong> The configuration names none, or none of its services could be built.</p>
  <p>Start three nodes and a router: <code>npm run dev</code>. Check the files: <code>npm run router -- --check --configfile traefik.yml</code>.</p>
</div>`;

export const Nodes = () => {
  const { nodes, sparks, sessions, about } = useLive('nodes', 'sparks', 'sessions', 'about');
  const byNode = new Map(nodes.map(({ key }) => [key, []]));
  for (const session of sessions.values()) byNode.get(session.node)?.push(session);
  return html`<section aria-labelledby="nodes-title">
    <div class="section-head">
      <h2 id="nodes-title">Nodes</h2>
      <p class="legend" aria-hidden="true">
        <span><i class="cell cell-live"></i>session</span><span><i class="cell cell-stream"></i>with a stream</span>
        <span><i class="cell cell-moved"></i>came from another node</span><span><i class="cell cell-lost"></i>lost</span>
      </p>
      ${about.cluster && html`<button class="button" onClick=${() => act('cut-streams')}>Cut all streams</button>`}
    </div>
    ${nodes.length === 0 && html`<${Empty} />`}
    <div class="nodes">
      ${nodes.map(
        (node) =>
          html`<${NodeCard} key=${node.key} node=${node} spark=${sparks[node.key]} sessions=${byNode.get(node.key)} cluster=${about.cluster && node.state !== undefined} />`,
      )}
    </div>
  </section>`;
};
