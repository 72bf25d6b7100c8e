import { type Found, foundIn } from '../../shared/found.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import type { Facts } from './facts.ts';
import { type Finding, worstFirst } from './finding.ts';
import { judgeAffinity } from './judges/affinity.ts';
import { judgeBrowser } from './judges/browser.ts';
import { judgeConfiguration, judgeDraining, judgeExposed, judgeTopology } from './judges/configuration.ts';
import { judgeCookie } from './judges/cookie.ts';
import { judgeGraphql } from './judges/graphql.ts';
import { judgeProtocol } from './judges/protocol.ts';
import { judgeClosing, judgeStrangers } from './judges/strangers.ts';
import { judgeStreams } from './judges/streams.ts';

const JUDGES: readonly ((facts: Facts) => Found<Finding>)[] = [
  judgeProtocol,
  judgeAffinity,
  judgeCookie,
  judgeStrangers,
  judgeStreams,
  judgeBrowser,
  judgeGraphql,
  judgeConfiguration,
  judgeDraining,
  judgeExposed,
  judgeClosing,
];

/** Worst first. What a probe saw is not repeated because the topology says it too. */
export const judge = (facts: Facts): readonly Finding[] => {
  const found = foundIn(JUDGES.map((one) => one(facts))).map((finding) => meantAlready(finding, facts.topology));
  const ids = new Set(found.map(({ id }) => id));
  return worstFirst([...found, ...foundIn(judgeTopology(facts)).filter(({ id }) => !ids.has(id))]);
};

/** The topology already has the setting; the deployment does not. */
const meantAlready = (finding: Finding, topology: Topology | undefined): Finding => {
  const [, key, value] = /^([A-Za-z.]+)(?:: ([\w-]+))?/.exec(finding.fix.topology ?? '') ?? [];
  if (topology === undefined || key === undefined || !hasSetting(topology, key, value)) return finding;
  const setting = value === undefined ? key : `${key}: ${value}`;
  const fix = { ...finding.fix, topology: `it says ${setting} already: npm run generate, and deploy the files` };
  return { ...finding, fix };
};

const hasSetting = (topology: Topology, key: string, value: string | undefined): boolean => {
  const at = key
    .split('.')
    .reduce<unknown>((part, name) => (part as Readonly<Record<string, unknown>>)?.[name], topology);
  if (value !== undefined) return String(at) === value;
  return at !== undefined && at !== false && !(Array.isArray(at) && at.length === 0);
};
