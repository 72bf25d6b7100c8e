import { NodeName, plain } from './format.js';
import { useEffect, useRef, useState } from './hooks.js';
import { html } from './html.js';
import { ask, useLive } from './live.js';

const ENCODINGS = {
  sha256: 'SHA-256 of the URL, what Traefik 3 writes',
  url: 'the URL itself, from an older Traefik: accepted and rewritten',
  'fnv1-64': 'FNV hash of the URL, from an older Traefik: accepted and rewritten',
  'fnv1-64, twice': 'FNV hash, twice, from an older Traefik: accepted and rewritten',
};

const Match = ({ match, nodes }) => {
  const node = nodes.find(({ url }) => url === match.target);
  return html`<li>
    <p>${node ? html`<${NodeName} nodes=${nodes} node=${node.key} /> ` : ''}<code>${match.target}</code>${node?.healthy === false && html` <span class="pill pill-bad">down: another one is chosen</span>`}</p>
    <p class="muted">${ENCODINGS[match.encoding]} · service ${plain(match.service)}, cookie <code>${match.cookie}</code> ${match.at && html`<code class="place">${match.at}</code>`}</p>
  </li>`;
};

const Decoded = ({ decoded: { name, value, matches }, nodes }) => html`<div class="decoded">
  <p><code>${name === undefined ? value : `${name}=${value}`}</code></p>
  ${
    matches.length > 0
      ? html`<ul>${matches.map((match, i) => html`<${Match} key=${i} match=${match} nodes=${nodes} />`)}</ul>`
      : html`<p class="muted">Stands for no server of these files. Its URL was written otherwise, it is of another service, or of another deployment; a client that sends it is given a new one.</p>`
  }
</div>`;

export const CookieBox = () => {
  const { nodes } = useLive('nodes');
  const [text, type] = useState('');
  const [decoded, tell] = useState([]);
  const [error, complain] = useState('');
  const asked = useRef(0);
  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    if (text.trim() === '') return tell([]);
    ask('/api/cookie', { text }).then(
      (found) => mine === asked.current && (tell(found), complain('')),
      (problem) => complain(problem.message),
    );
  }, [text]);
  return html`<section class="card panel" aria-labelledby="cookie-title">
    <div class="section-head"><h2 id="cookie-title">Whose cookie is this?</h2></div>
    <input class="input" type="text" spellcheck="false" autocomplete="off" aria-label="Cookie" placeholder="a value, name=value, or a whole Cookie header" value=${text} onInput=${({ target }) => type(target.value)} />
    <div role="status">
      ${error && html`<p class="problem">${error}</p>`}
      ${text !== '' && decoded.map((one, i) => html`<${Decoded} key=${i} decoded=${one} nodes=${nodes} />`)}
    </div>
  </section>`;
};
