import { count, duration, hue, NodeName, shortId } from './format.js';
import { useEffect, useState } from './hooks.js';
import { html } from './html.js';
import { setFilter, useLive } from './live.js';

const SHOWN = 100;
/** Sessions that may need attention come first, those that have ended last. */
const ORDER = { lost: 0, stalled: 1, live: 2, back: 3 };

const movesOf = (sessions) => {
  const moves = new Map();
  for (const { from, node } of sessions.values()) {
    if (!from || from.node === node) continue;
    const key = `${from.node} ${node}`;
    moves.set(key, { from: from.node, to: node, number: (moves.get(key)?.number ?? 0) + 1 });
  }
  return [...moves.values()].sort((a, b) => b.number - a.number);
};

const Moves = ({ sessions, nodes }) => {
  const moves = movesOf(sessions);
  if (moves.length === 0) return undefined;
  return html`<ul class="moves" aria-label="Sessions that moved">
    ${moves
      .slice(0, 8)
      .map(
        ({ from, to, number }) =>
          html`<li key="${from} ${to}"><${NodeName} nodes=${nodes} node=${from} /> → <${NodeName} nodes=${nodes} node=${to} /> <b>${count(number)}</b></li>`,
      )}
  </ul>`;
};

const fits = (session, words, nameOf) => {
  const text =
    `${session.id} ${session.client} ${session.state} ${nameOf(session.node)} ${session.from ? 'moved' : ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
};

const chosenOf = (sessions, search, nameOf) => {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [...sessions.values()].filter((session) => fits(session, words, nameOf));
  found.sort((a, b) => ORDER[a.state] - ORDER[b.state] || Boolean(b.from) - Boolean(a.from) || b.created - a.created);
  return found;
};

const State = ({ session, nodes }) => {
  const { state, from, to } = session;
  if (state === 'lost') return html`<span class="pill pill-bad">lost</span>`;
  if (state === 'stalled') return html`<span class="pill pill-warn">no answer</span>`;
  if (state === 'back')
    return html`<span class="story"><span class="pill pill-plain">lost</span> back as ${shortId(to.id)} on <${NodeName} nodes=${nodes} node=${to.node} /></span>`;
  if (from)
    return html`<span class="story"><span class="pill pill-good">back</span> was ${shortId(from.id)} on <${NodeName} nodes=${nodes} node=${from.node} /></span>`;
  return html`<span class="pill pill-good">live</span>`;
};

const COLUMNS = [
  ['session', 'c-id'],
  ['client', 'c-client'],
  ['state', 'c-state'],
  ['requests', 'number wide c-count'],
  ['streams', 'number wide c-count'],
  ['age', 'number medium c-count'],
];

const Row = ({ session, nodes, now }) => html`<tr class="session-row session-${session.state}">
  <td><button class="row-button ${hue(session.node)}" title=${session.id} onClick=${() => setFilter(`session:${session.id}`)} aria-label="Show the requests of session ${session.id}"><i class="swatch" aria-hidden="true"></i>${shortId(session.id)}</button></td>
  <td class="client">${session.client || html`<span class="muted">not known</span>`}</td>
  <td><${State} session=${session} nodes=${nodes} /></td>
  <td class="number wide">${count(session.requests)}</td>
  <td class="number wide">${session.streams || ''}</td>
  <td class="number medium">${duration(now - session.created)}</td>
</tr>`;

const Empty = ({ search }) =>
  search === ''
    ? html`<div class="empty"><p><strong>No sessions yet.</strong> <code>npm run demo</code> opens some and moves them. Any MCP client that initializes through the router appears here.</p></div>`
    : html`<div class="empty"><p>No session matches <code>${search}</code>.</p></div>`;

export const Sessions = () => {
  const { sessions, nodes, now, wanted } = useLive('sessions', 'nodes', 'wanted');
  const [search, type] = useState('');
  useEffect(() => wanted && type(wanted), [wanted]);
  const nameOf = (key) => nodes.find((node) => node.key === key)?.name ?? '';
  const found = chosenOf(sessions, search, nameOf);
  return html`<section class="card panel" aria-labelledby="sessions-title">
    <div class="section-head"><h2 id="sessions-title">Sessions</h2><${Moves} sessions=${sessions} nodes=${nodes} /></div>
    <div class="toolbar">
      <input class="input" type="search" aria-label="Search sessions" placeholder="id, client, node, lost, moved" value=${search} onInput=${({ target }) => type(target.value)} />
      <span class="muted">${found.length > SHOWN ? `${SHOWN} of ${count(found.length)}` : count(found.length)}</span>
    </div>
    ${found.length === 0 && html`<${Empty} search=${search} />`}
    ${
      found.length > 0 &&
      html`<div class="scroll" tabindex="0" role="region" aria-label="Sessions">
      <table>
        <thead><tr>${COLUMNS.map(([name, kind]) => html`<th key=${name} class=${kind}>${name}</th>`)}</tr></thead>
        <tbody>${found.slice(0, SHOWN).map((session) => html`<${Row} key=${session.id} session=${session} nodes=${nodes} now=${now} />`)}</tbody>
      </table>
    </div>`
    }
  </section>`;
};
