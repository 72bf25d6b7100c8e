import { NodeName, Place, plain } from './format.js';
import { useEffect, useRef, useState } from './hooks.js';
import { html } from './html.js';
import { ask, useLive } from './live.js';

const Target = ({ url, nodes }) => {
  const node = nodes.find((one) => one.url === url);
  return html`<p>
    ${node && html`<${NodeName} nodes=${nodes} node=${node.key} /> `}<code>${url}</code>
    ${node?.healthy === false && html` <span class="pill pill-bad">down: another is chosen</span>`}
  </p>`;
};

const Match = ({ match: { reader, kind, cookie, target, encoding, at }, nodes }) => html`<li>
  <${Target} url=${target} nodes=${nodes} />
  <p class="muted">${encoding}. ${kind === 'router' ? 'Of requests of a session, by router' : 'Service'} ${plain(reader)}, cookie <code>${cookie}</code> <${Place} at=${at} /></p>
</li>`;

const Unmatched = ({ causes, nodes }) => html`<ul>
  ${causes.map(
    ({ message, remedy, server }, i) => html`<li key=${i}>
      ${server && html`<${Target} url=${server} nodes=${nodes} />`}
      <p>${message}</p>
      <p class="muted">${remedy}</p>
    </li>`,
  )}
</ul>`;

const Decoded = ({ decoded: { name, value, matches, causes }, nodes }) => html`<div class="decoded">
  <p><code>${name === undefined ? value : `${name}=${value}`}</code>${matches.length === 0 && html` <span class="pill pill-plain">matches no server here</span>`}</p>
  ${
    matches.length > 0
      ? html`<ul>${matches.map((match, i) => html`<${Match} key=${i} match=${match} nodes=${nodes} />`)}</ul>`
      : html`<${Unmatched} causes=${causes} nodes=${nodes} />`
  }
</div>`;

export const CookieBox = () => {
  const { nodes } = useLive('nodes');
  const [text, type] = useState('');
  const [decoded, setDecoded] = useState([]);
  const [error, complain] = useState('');
  const asked = useRef(0);
  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    if (text.trim() === '') return setDecoded([]);
    ask('api/cookie', { text }).then(
      (found) => {
        if (mine !== asked.current) return;
        setDecoded(found);
        complain('');
      },
      (problem) => complain(problem.message),
    );
  }, [text]);
  return html`<section class="card panel" aria-labelledby="cookie-title">
    <div class="section-head"><h2 id="cookie-title">Decode a cookie</h2></div>
    <input class="input" type="text" spellcheck="false" autocomplete="off" aria-label="Cookie" placeholder="a value, name=value, or a whole Cookie header" value=${text} onInput=${({ target }) => type(target.value)} />
    <div role="status">
      ${error && html`<p class="problem">${error}</p>`}
      ${text !== '' && decoded.map((one, i) => html`<${Decoded} key=${i} decoded=${one} nodes=${nodes} />`)}
    </div>
  </section>`;
};
