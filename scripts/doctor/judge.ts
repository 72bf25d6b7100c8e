import type { Facts } from './facts.ts';
import { type Finding, worstFirst } from './finding.ts';
import { judgeAffinity } from './judges/affinity.ts';
import { judgeBrowser } from './judges/browser.ts';
import { judgeConfiguration, judgeTopology } from './judges/configuration.ts';
import { judgeCookie } from './judges/cookie.ts';
import { judgeGraphql } from './judges/graphql.ts';
import { judgeProtocol } from './judges/protocol.ts';
import { judgeClosing, judgeStrangers } from './judges/strangers.ts';
import { judgeStreams } from './judges/streams.ts';

const JUDGES: readonly ((facts: Facts) => readonly Finding[])[] = [
  judgeProtocol,
  judgeAffinity,
  judgeCookie,
  judgeStrangers,
  judgeStreams,
  judgeBrowser,
  judgeGraphql,
  judgeConfiguration,
  judgeClosing,
];

/** Worst first. What a probe saw is not told again because the topology says it too. */
export const judge = (facts: Facts): readonly Finding[] => {
  const found = JUDGES.flatMap((one) => one(facts));
  const ids = new Set(found.map(({ id }) => id));
  return worstFirst([...found, ...judgeTopology(facts).filter(({ id }) => !ids.has(id))]);
};
