import { CookieBox } from './cookie-box.js';
import { ExplainBox } from './explain-box.js';
import { html, render } from './html.js';
import { BASE, live, set, start, useLive } from './live.js';
import { Nodes } from './nodes.js';
import { Picture } from './picture.js';
import { Requests } from './requests.js';
import { Sessions } from './sessions.js';
import { Announcer, Timeline } from './timeline.js';
import { Traffic } from './traffic.js';

const Header = () => {
  const { about, connected } = useLive('about', 'connected');
  return html`<header class="top">
    <a class="skip" href="#main">Skip to content</a>
    <div class="brand"><img src="${BASE}assets/icon.svg" alt="" width="22" height="22" /><h1>mooring</h1></div>
    <ul class="addresses" aria-label="Entry points">
      ${Object.entries(about.addresses).map(
        ([name, url]) => html`<li key=${name}><span class="muted">${name}</span> <code>${url}</code></li>`,
      )}
    </ul>
    <span class="pill ${connected ? 'pill-good' : 'pill-bad'}" role="status"
      ><i class="dot" aria-hidden="true"></i>${connected ? 'live' : 'not connected'}</span
    >
  </header>`;
};

const Notice = () => {
  const { notice } = useLive('notice');
  if (notice === '') return undefined;
  return html`<div class="notice" role="alert">
    <span>${notice}</span><button class="button" onClick=${() => set('notice', '')}>Close</button>
  </div>`;
};

const App = () => html`
  <${Header} />
  <${Notice} />
  <main id="main" tabindex="-1">
    <${Traffic} />
    <${Nodes} />
    <div class="split">
      <${Requests} />
      <${Timeline} />
    </div>
    <div class="split">
      <${Sessions} />
      <div class="stack"><${CookieBox} /><${ExplainBox} /></div>
    </div>
    <${Picture} />
  </main>
  <${Announcer} />
`;

start();
const root = document.getElementById('app');
root.textContent = '';
render(html`<${App} />`, root);
// For debugging in the browser console.
globalThis.mooring = live;
