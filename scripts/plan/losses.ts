/** Live sessions, and how many of them a change would end. */
import { ownerOf } from '../../shared/registry/session-id.ts';
import type { Listed, SessionListing } from '../../shared/registry/session-registry.ts';
import { allPins, type NodeMoves, type Pin } from './moves.ts';

export type NodeLoss = {
  readonly node: string;
  readonly live: number;
  readonly lost: number;
  /** If the client does not keep cookies. */
  readonly atRisk: number;
};

export type Losses =
  | { readonly kind: 'counted'; readonly nodes: readonly NodeLoss[]; readonly complete: boolean }
  /** The registry was not asked, or did not answer: assume the worst. */
  | { readonly kind: 'uncounted'; readonly why: string | undefined };

export const countLosses = (moves: readonly NodeMoves[], sessions: Listed<SessionListing>): Losses => {
  if (sessions.kind === 'unavailable') return { kind: 'uncounted', why: sessions.why };
  const nodes = new Map<string, NodeLoss>();
  for (const { id, node, kind, state } of sessions.items) {
    if (state !== 'live') continue;
    const move = moves.find((one) => one.node === node);
    const pins = move?.formerly?.find(({ prefix }) => prefix === ownerOf(id))?.pins ?? move?.pins ?? [];
    const danger = kind === undefined ? dangerOf(pins) : dangerOfHandle(pins);
    const { live, lost, atRisk } = nodes.get(node) ?? { live: 0, lost: 0, atRisk: 0 };
    nodes.set(node, {
      node,
      live: live + 1,
      lost: lost + (danger === 'sure' ? 1 : 0),
      atRisk: atRisk + (danger === 'without-cookie' ? 1 : 0),
    });
  }
  return { kind: 'counted', nodes: [...nodes.values()], complete: sessions.complete };
};

type Danger = 'none' | 'sure' | 'without-cookie';

/** Nothing else pins a handle or a task; if nothing did before, the change takes nothing away. */
const dangerOfHandle = (pins: readonly Pin[]): Danger =>
  pins.some(({ by, fate }) => by === 'handle' && fate !== 'stays') ? 'sure' : 'none';

/** The registry's sessions have ids that name their node, and their clients send them. */
const dangerOf = (pins: readonly Pin[]): Danger => {
  const broken = (by: Pin['by']): boolean | undefined => {
    const pin = pins.find((one) => one.by === by);
    return pin && pin.fate !== 'stays';
  };
  if (broken('session-id') === undefined) return broken('cookie') ? 'sure' : 'none';
  if (!broken('session-id')) return 'none';
  return (broken('both') ?? true) ? 'sure' : 'without-cookie';
};

export const losesSessions = (moves: readonly NodeMoves[], losses: Losses): boolean =>
  losses.kind === 'counted'
    ? losses.nodes.some(({ lost, atRisk }) => lost + atRisk > 0)
    : moves.some((node) => allPins(node).some(({ fate }) => fate !== 'stays'));
