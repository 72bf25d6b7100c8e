import { html } from './html.js';

export const clock = (at) => new Date(at).toLocaleTimeString('en-GB');

export const milliseconds = (ms) => {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return duration(ms);
};

export const duration = (ms) => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60 ? `${seconds % 60} s` : ''}`.trim();
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
};

export const count = (number) => number.toLocaleString('en-GB');

/** `mcp@file` is written as `mcp` in the file. */
export const plain = (name) => (name ?? '').replace(/@file$/, '');

/** The node's name at the start of the id, and enough of the rest to tell it from others. */
export const shortId = (id) => {
  const dot = id.indexOf('.');
  const head = dot > 0 && dot < 20 ? id.slice(0, dot + 1) : '';
  const rest = id.slice(head.length);
  return head + (rest.length > 10 ? `${rest.slice(0, 8)}…` : rest);
};

/** A node's colour is the same everywhere on the page. */
export const hue = (key) => (key === undefined || key < 0 ? 'hue-none' : `hue-${key % 8}`);

export const NodeName = ({ nodes, node }) => {
  const found = nodes.find(({ key }) => key === node);
  if (found === undefined) return html`<span class="muted">–</span>`;
  return html`<span class="node-name ${hue(node)}"><i class="swatch" aria-hidden="true"></i>${found.name}</span>`;
};

/** Shows the file name only; the title has the full path. */
export const Place = ({ at }) =>
  at ? html`<code class="place" title=${at}>${at.slice(at.lastIndexOf('/') + 1)}</code>` : undefined;

export const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};
