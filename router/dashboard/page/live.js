import { useEffect, useState } from './hooks.js';

/** The state received from the router so far. An update replaces a part; it never mutates it. */
export const live = {
  connected: false,
  about: { cluster: false, addresses: {} },
  now: 0,
  nodes: [],
  requests: [],
  sessions: new Map(),
  events: [],
  rates: { requests: [], errors: [], p50: [], p95: [] },
  sparks: {},
  picture: { entryPoints: [], routers: [], services: [] },
  filter: '',
  filterProblem: '',
  paused: false,
  notice: '',
};

/** The base path of all URLs of this page. */
export const BASE = new URL('../', import.meta.url).pathname;
// The secret in the URL is no longer needed: keep it out of the history and off the screen.
history.replaceState(null, '', BASE);

const SHOWN = 100;
const listeners = new Set();
const pending = new Set();
let held = [];
let source;

/** Updates are drawn no more often than people can read. */
const DRAW_MS = 250;
let drawnAt = 0;

const changed = (...parts) => {
  if (pending.size === 0) setTimeout(flush, Math.max(0, drawnAt + DRAW_MS - performance.now()));
  for (const part of parts) pending.add(part);
};

const flush = () => {
  drawnAt = performance.now();
  const parts = new Set(pending);
  pending.clear();
  for (const listener of listeners) listener(parts);
};

/** Renders the component again when one of these parts changes. */
export const useLive = (...parts) => {
  const [, draw] = useState(0);
  useEffect(() => {
    const listener = (news) => parts.some((part) => news.has(part)) && draw((count) => count + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return live;
};

/** For what the user does: drawn at once. */
export const set = (part, value) => {
  live[part] = value;
  for (const listener of listeners) listener(new Set([part]));
};

const mergeRequests = (rows, dropped) => {
  const byId = new Map(live.requests.map((row) => [row.id, row]));
  for (const id of dropped) byId.delete(id);
  for (const row of rows) byId.set(row.id, row);
  live.requests = [...byId.values()].sort((a, b) => b.id - a.id).slice(0, SHOWN);
  changed('requests');
};

const take = (update) => {
  if (update.reset) {
    const { filterProblem = '' } = update;
    Object.assign(live, { requests: [], sessions: new Map(), events: [], filterProblem });
    changed('requests', 'sessions', 'events', 'filterProblem');
  }
  live.now = update.now;
  live.nodes = update.nodes;
  changed('now', 'nodes');
  for (const part of ['rates', 'sparks', 'picture']) {
    if (!update[part]) continue;
    live[part] = update[part];
    changed(part);
  }
  if (update.requests || update.dropped) {
    // While paused, nothing moves; updates are kept and shown afterwards.
    if (live.paused) held = [...held, update].slice(-SHOWN);
    else mergeRequests(update.requests ?? [], update.dropped ?? []);
  }
  if (update.sessions || update.gone) {
    for (const session of update.sessions ?? []) live.sessions.set(session.id, session);
    for (const id of update.gone ?? []) live.sessions.delete(id);
    changed('sessions');
  }
  if (update.events) {
    const byId = new Map(live.events.map((event) => [event.id, event]));
    for (const event of update.events) byId.set(event.id, event);
    live.events = [...byId.values()].sort((a, b) => b.id - a.id).slice(0, SHOWN);
    changed('events');
  }
};

const connect = () => {
  source?.close();
  source = new EventSource(`${BASE}api/stream?filter=${encodeURIComponent(live.filter)}`);
  source.onopen = () => {
    set('connected', true);
    void about();
  };
  source.onerror = () => {
    set('connected', false);
    // Refused, not cut off: a dashboard that started later listens here now, and its page says how to open it.
    if (source.readyState === EventSource.CLOSED) location.reload();
  };
  source.onmessage = ({ data }) => take(JSON.parse(data));
};

const about = async () => {
  const response = await fetch(`${BASE}api/about`).catch(() => undefined);
  if (!response?.ok) return;
  set('about', await response.json());
};

/** A hidden page disconnects, so it costs the router nothing. */
export const start = () => {
  connect();
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return connect();
    source?.close();
    set('connected', false);
  });
};

export const setFilter = (filter) => {
  if (filter === live.filter) return;
  set('filter', filter);
  set('paused', false);
  held = [];
  connect();
};

export const setPaused = (paused) => {
  if (paused === live.paused) return;
  set('paused', paused);
  if (paused) return;
  for (const update of held) mergeRequests(update.requests ?? [], update.dropped ?? []);
  held = [];
};

const token = document.querySelector('meta[name="mooring-token"]').content;

/** Returns the JSON of the answer; throws the error that the router reports. */
export const ask = async (path, body) => {
  const response = await fetch(BASE + path, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json', 'x-mooring-token': token },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(response.status === 403 ? text : (JSON.parse(text).error ?? text));
  return JSON.parse(text);
};

export const act = async (action, node) => {
  set('notice', '');
  try {
    await ask('api/actions', { action, node });
  } catch (error) {
    set('notice', `${action} ${node ?? ''}: ${error.message}`);
  }
};
