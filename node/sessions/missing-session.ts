import type { Log } from '../../shared/log.ts';
import { parseSessionId } from '../../shared/registry/session-id.ts';
import type { SessionRegistry } from '../../shared/registry/session-registry.ts';
import type { PinCookie } from '../core/pin-cookie.ts';
import { readPin } from '../core/pin-cookie.ts';
import { type Absence, explainAbsence } from '../core/which-404.ts';
import { brief } from './session-table.ts';

export type MissingSessionOptions = {
  readonly node: string;
  readonly registry: SessionRegistry;
  readonly cookieName: string;
  readonly cookieOf: (url: string) => string;
  readonly log: Log;
  readonly onMiss: (absence: Absence) => void;
};

/** Why a session that a request names is not here. A text that is no session id never reaches the registry. */
export const explainMissing =
  ({ node, registry, cookieName, cookieOf, log, onMiss }: MissingSessionOptions) =>
  async (id: string, cookie: string | undefined): Promise<Absence> => {
    const session = parseSessionId(id);
    const [whereabouts, pin] = await Promise.all([
      session ? registry.whereIs(session) : ({ kind: 'unknown' } as const),
      namedBy(registry, cookie, cookieOf),
    ]);
    const absence = explainAbsence({ whereabouts, node, cookie: pin, cookieName });
    onMiss(absence);
    const { reason, owner } = absence;
    log.info({ reason, node, owner, pin, ...(session && { session: brief(session) }) }, 'no such session here');
    return absence;
  };

const namedBy = async (
  registry: SessionRegistry,
  value: string | undefined,
  cookieOf: (url: string) => string,
): Promise<PinCookie> => {
  if (value === undefined) return { sent: false };
  const listed = await registry.nodes();
  return readPin({ value, nodes: listed.kind === 'listed' ? listed.items : [], cookieOf });
};
