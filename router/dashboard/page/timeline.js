import { clock, hue } from './format.js';
import { html } from './html.js';
import { useLive } from './live.js';

export const Timeline = () => {
  const { events, nodes } = useLive('events', 'nodes');
  const keyOf = (name) => nodes.find((node) => node.name === name)?.key;
  return html`<section class="card panel" aria-labelledby="timeline-title">
    <div class="section-head"><h2 id="timeline-title">Timeline</h2></div>
    ${events.length === 0 && html`<p class="empty">Nothing has happened yet. Events of nodes, files and sessions appear here.</p>`}
    <ol class="timeline scroll" tabindex="0" aria-label="Events, newest first">
      ${events.map(
        ({ id, at, kind, node, text }) => html`<li key=${id} class="event event-${kind}">
          <time>${clock(at)}</time><span class="event-kind">${kind}</span>
          <span class="event-text">${node && html`<b class="node-name ${hue(keyOf(node))}"><i class="swatch" aria-hidden="true"></i>${node}</b> `}${text}</span>
        </li>`,
      )}
    </ol>
  </section>`;
};

const SPOKEN = new Set(['up', 'down', 'drain', 'lost', 'refused']);

/** For screen readers: events of nodes only, not every request. */
export const Announcer = () => {
  const { events } = useLive('events');
  const event = events.find(({ kind }) => SPOKEN.has(kind));
  return html`<p class="unseen" aria-live="polite">${event && `${event.node ?? ''} ${event.text}`}</p>`;
};
