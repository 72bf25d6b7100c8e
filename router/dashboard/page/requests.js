import { clock, copy, milliseconds, NodeName, Place, plain, shortId } from './format.js';
import { useEffect, useRef, useState } from './hooks.js';
import { html } from './html.js';
import { ask, set, setFilter, setPaused, useLive } from './live.js';

const toneOf = ({ open, status }) => (open ? 'open' : status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good');

const QUICK = [
  ['', 'all'],
  ['is:open', 'under way'],
  ['is:stream', 'streams'],
  ['is:error', 'errors'],
  ['reason:down', 'moved'],
];

const Filter = () => {
  const { filter, paused } = useLive('filter', 'paused');
  const [text, type] = useState(filter);
  const timer = useRef();
  useEffect(() => type(filter), [filter]);
  const change = ({ target }) => {
    type(target.value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setFilter(target.value.trim()), 250);
  };
  return html`<div class="toolbar">
    <input class="input" type="search" aria-label="Filter requests" placeholder="node:n1 status:5 reason:cookie -path:/graphql" value=${text} onInput=${change} />
    <div class="chips" role="group" aria-label="Quick filters">
      ${QUICK.map(([value, title]) => html`<button key=${title} class="chip" aria-pressed=${filter === value} onClick=${() => setFilter(value)}>${title}</button>`)}
    </div>
    <button class="button" aria-pressed=${paused} onClick=${() => setPaused(!paused)}>${paused ? 'Resume' : 'Pause'}</button>
  </div>`;
};

const Headers = ({ title, headers }) => html`<div>
  <h4>${title}</h4>
  <dl class="headers">${headers.map(([name, value], i) => html`<div key=${i}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</div>`;

/** As the client sent it, before the router added headers. */
const asText = (detail, { method, target }) =>
  [
    `${method} ${target}`,
    `Host: ${detail.host}`,
    ...detail.requestHeaders
      .filter(([name]) => !/^x-(forwarded-|real-ip)/.test(name))
      .map(([name, value]) => `${name}: ${value}`),
  ].join('\n');

const Detail = ({ row }) => {
  const [detail, setDetail] = useState();
  const [copied, setCopied] = useState('');
  useEffect(() => {
    ask(`api/requests/${row.id}`).then(setDetail, (error) => setDetail({ error: error.message }));
  }, [row.id, row.open]);
  if (detail === undefined) return html`<p class="muted">…</p>`;
  if (detail.error) return html`<p class="muted">${detail.error}</p>`;
  return html`<div class="detail">
    <dl class="facts">
      <div><dt>entry point</dt><dd>${detail.entryPoint}</dd></div>
      <div><dt>client</dt><dd>${detail.client}</dd></div>
      <div><dt>router</dt><dd>${plain(detail.router) || 'none matched'} <${Place} at=${detail.at} /></dd></div>
      <div><dt>rule</dt><dd><code>${detail.rule ?? '–'}</code></dd></div>
      ${detail.steps.map(({ service, reason, chosen }, i) => html`<div key=${i}><dt>${plain(service)}</dt><dd>${reason} → <code>${chosen ?? 'nobody'}</code></dd></div>`)}
    </dl>
    <div class="detail-heads">
      <${Headers} title="Request" headers=${detail.requestHeaders} />
      <${Headers} title="Answer" headers=${detail.responseHeaders} />
    </div>
    <pre class="code" tabindex="0" aria-label="As curl">${detail.curl}</pre>
    <div class="actions">
      <button class="button" onClick=${async () => setCopied((await copy(detail.curl)) ? 'copied' : 'could not copy; select the text above')}>Copy as curl</button>
      <button class="button" onClick=${() => set('question', { text: asText(detail, row), entryPoint: detail.entryPoint })}>Explain</button>
      ${row.session && html`<button class="button" onClick=${() => setFilter(`session:${row.session}`)}>Show only this session</button>`}
      <span class="muted" role="status">${copied}</span>
    </div>
  </div>`;
};

const COLUMNS = [
  ['time', 'wide'],
  ['method', ''],
  ['path', ''],
  ['status', ''],
  ['took', 'number wide'],
  ['node', ''],
  ['router', 'roomy'],
  ['reason', 'medium'],
  ['session', 'wide'],
];

const Row = ({ row, nodes, open, toggle }) => html`
  <tr class="request request-${toneOf(row)} ${open ? 'request-chosen' : ''}" onClick=${toggle}>
    <td class="wide"><time>${clock(row.at)}</time></td>
    <td><button class="row-button" aria-expanded=${open}>${row.method}</button></td>
    <td class="path" title=${row.target}>${row.target}</td>
    <td class="status">${row.open ? (row.stream ? 'stream' : '…') : row.status}</td>
    <td class="number wide">${row.open ? '' : milliseconds(row.ms)}</td>
    <td><${NodeName} nodes=${nodes} node=${row.node} /></td>
    <td class="router roomy">${plain(row.router) || html`<span class="muted">none</span>`}</td>
    <td class="reason medium">${row.reason}</td>
    <td class="session wide">${row.session ? shortId(row.session) : html`<span class="muted">–</span>`}</td>
  </tr>
  ${open && html`<tr class="detail-row"><td colspan="9"><${Detail} row=${row} /></td></tr>`}
`;

const Empty = ({ filter, problem }) => {
  if (problem !== '') return html`<div class="empty"><p class="problem">${problem}</p></div>`;
  return filter === ''
    ? html`<div class="empty"><p><strong>No requests yet.</strong> Send some: <code>npm run demo</code>, or point an MCP client at the router.</p></div>`
    : html`<div class="empty"><p>None of the last 2,000 requests match <code>${filter}</code>.</p></div>`;
};

/** Up to this rate the list has every request; above it a sample, and all errors and streams. */
const ALL_LISTED = 500;

export const Requests = () => {
  const { requests, nodes, filter, filterProblem, rates } = useLive('requests', 'nodes', 'filter', 'filterProblem');
  const busy = (rates.requests.at(-1) ?? 0) > ALL_LISTED;
  const [chosen, choose] = useState();
  const toggle = (id) => {
    const next = chosen === id ? undefined : id;
    choose(next);
    // A list that scrolls cannot be read.
    setPaused(next !== undefined);
  };
  return html`<section class="card panel" aria-labelledby="requests-title">
    <div class="section-head"><h2 id="requests-title">Requests</h2>
      ${busy && html`<p class="muted">Too many to list: about a hundred per second are shown, and every error. All are counted.</p>`}</div>
    <${Filter} />
    ${requests.length === 0 && html`<${Empty} filter=${filter} problem=${filterProblem} />`}
    ${
      requests.length > 0 &&
      html`<div class="scroll ${chosen === undefined ? '' : 'scroll-tall'}" tabindex="0" role="region" aria-label="Requests, newest first">
      <table>
        <thead><tr>${COLUMNS.map(([name, kind]) => html`<th key=${name} class="c-${name} ${kind}">${name}</th>`)}</tr></thead>
        <tbody>${requests.map((row) => html`<${Row} key=${row.id} row=${row} nodes=${nodes} open=${chosen === row.id} toggle=${() => toggle(row.id)} />`)}</tbody>
      </table>
    </div>`
    }
  </section>`;
};
