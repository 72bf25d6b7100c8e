import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../../shared/log.ts';
import { newSessionId, parseSessionId } from '../../shared/registry/session-id.ts';
import type { Listed, Self, SessionRegistry } from '../../shared/registry/session-registry.ts';
import { readPin } from '../core/pin-cookie.ts';
import { type Absence, explainAbsence, whereNow } from '../core/which-404.ts';
import type { AskOwner } from './ask-owner.ts';
import { brief } from './session-table.ts';

type NamedNode = Omit<Self, 'boot'>;

export type MissingSessionOptions = {
  readonly self: NamedNode;
  readonly registry: SessionRegistry;
  readonly askOwner: AskOwner;
  readonly nodes: () => Promise<Listed<NamedNode>>;
  readonly cookieName: string;
  readonly cookiesOf: (node: NamedNode) => readonly string[];
  readonly log: Log;
  readonly onMiss: (absence: Absence) => void;
};

/**
 * `gone`: it belongs to this node, and the server behind this node is gone. `silent`: its holder does not answer.
 * `masked`: it is here, but not the caller's.
 */
export type ExplainMissing = (missing: {
  id: string;
  cookie: string | undefined;
  gone?: boolean;
  silent?: string | undefined;
  masked?: boolean;
}) => Promise<Absence>;

/** Why the requested session is not here. Text that is not a session id never reaches the registry. */
export const explainMissing =
  ({ self, registry, askOwner, nodes, cookieName, cookiesOf, log, onMiss }: MissingSessionOptions): ExplainMissing =>
  async ({ id, cookie: value, gone = false, silent, masked = false }) => {
    const session = parseSessionId(id);
    // Nobody has this id: everything is done, and takes as long, as for an invented id.
    const soughtFor = masked ? newSessionId(self.node, randomUUID()) : session;
    const known = gone ? ({ kind: 'owner-gone', owner: self.node } as const) : silent && silentOwner(silent);
    const [found, listed] = await Promise.all([
      known || (soughtFor ? registry.whereIs(soughtFor) : ({ kind: 'unknown' } as const)),
      value === undefined ? [] : soon(nodes()),
    ]);
    const owner = found.kind === 'wrong-node' ? [{ node: found.owner, url: found.url }] : [];
    const location =
      found.kind === 'wrong-node' ? whereNow(found.owner, await askOwner(found.url, found.owner)) : found;
    const cookie = readPin({ value, nodes: [self, ...owner, ...listed], cookiesOf });
    const absence = explainAbsence({ location, node: self.node, cookie, cookieName });
    onMiss(absence);
    const { reason } = absence;
    const facts = { reason, node: self.node, owner: absence.owner, pin: cookie, ...(masked && { masked }) };
    log.info({ ...facts, ...(session && { session: brief(session) }) }, 'no such session here');
    return absence;
  };

const silentOwner = (owner: string) => ({ kind: 'owner-silent', owner }) as const;

/** A listing is slow with many keys; the 404 does not wait for it. */
const PATIENCE_MS = 500;

const soon = async (listed: Promise<Listed<NamedNode>>): Promise<readonly NamedNode[]> => {
  const late = new AbortController();
  const timeout = wait(PATIENCE_MS, undefined, { signal: late.signal }).catch(() => undefined);
  const found = await Promise.race([listed, timeout]);
  late.abort();
  return found?.kind === 'listed' ? found.items : [];
};
