import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { type NodeId, parseNodeId } from '../../shared/registry/session-id.ts';
import type { NodeListing } from '../../shared/registry/session-registry.ts';
import { askHealth } from './ask-health.ts';

/** What is known about a node. `ids`: missing if the sessions were not listed one by one. */
export type Seen =
  | { readonly kind: 'away'; readonly why: string }
  | { readonly kind: 'unseen' }
  | {
      readonly kind: 'seen';
      readonly live: number;
      readonly ids: ReadonlySet<string> | undefined;
      readonly boot: string;
      /** What its ids begin with. */
      readonly prefix?: string | undefined;
      readonly url: string | undefined;
      /** The drain that the node has acknowledged. */
      readonly drain: string | undefined;
      /** It reports that no session begins there any more. Undefined: it does not support drains. */
      readonly refusing: boolean | undefined;
      /** Sessions that nobody listens to or waits for, as it reports. Undefined: it does not report them. */
      readonly idle?: number;
      /** Why it had to be asked at its health URL; undefined: there was a heartbeat. */
      readonly silent: string | undefined;
    };

export type Asked = {
  readonly view: Pick<RegistryView, 'node' | 'nodes' | 'sessions'>;
  readonly node: string;
  /** Used if the registry has no heartbeat: the node is not gone while it answers. */
  readonly healthUrl?: string;
};

const NO_HEARTBEAT = 'the registry has no heartbeat of it';

export const lookAt = async ({ view, node, healthUrl }: Asked): Promise<Seen> => {
  const id = parseNodeId(node);
  if (id === null) return { kind: 'unseen' };
  const found = await view.node(id);
  if (found.kind === 'found' && found.item !== undefined) return fromHeartbeat(view, found.item);
  const silent = found.kind === 'unavailable' ? found.why : NO_HEARTBEAT;
  const itself = healthUrl === undefined ? undefined : await fromHealth(healthUrl, id, silent);
  if (itself !== undefined) return itself;
  return found.kind === 'unavailable' ? { kind: 'away', why: found.why } : { kind: 'unseen' };
};

/** Beyond this each poll would take thousands of commands. */
const MAX_LISTED = 5000;

/**
 * Before a node refuses, its records are more up to date than its heartbeat, which is a few seconds old. Afterwards its
 * heartbeat counts: a number from after the refusal began is an upper limit.
 */
const fromHeartbeat = async (view: Asked['view'], beat: NodeListing): Promise<Seen> => {
  const { boot, url, drain, refusing, tag = beat.node } = beat;
  const idle = beat.idle !== undefined && { idle: beat.idle };
  const seen = { kind: 'seen', boot, prefix: tag, url, drain, refusing, ...idle, silent: undefined } as const;
  if (beat.sessions > MAX_LISTED) return { ...seen, live: beat.sessions, ids: undefined };
  const listed = await view.sessions({ limit: 2 * MAX_LISTED });
  if (listed.kind === 'unavailable' || !listed.complete) return { ...seen, live: beat.sessions, ids: undefined };
  const live = listed.items.filter((one) => one.node === beat.node && one.state === 'live');
  const ids = new Set(live.map(({ id }) => id));
  return { ...seen, live: refusing ? beat.sessions : live.length || beat.sessions, ids };
};

const fromHealth = async (url: string, node: NodeId, silent: string): Promise<Seen | undefined> => {
  const health = await askHealth(url);
  if (health.kind === 'down' || health.boot === undefined || health.node !== node) return undefined;
  const { boot, prefix, sessions, idle, drain, phase } = health;
  if (sessions === undefined) return undefined;
  const refusing = phase === undefined ? undefined : phase === 'refusing';
  const told = { live: sessions, ...(idle !== undefined && { idle }), drain, refusing };
  return { kind: 'seen', ...told, ids: undefined, boot, prefix, url: undefined, silent };
};
