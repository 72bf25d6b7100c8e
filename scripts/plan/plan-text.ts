import { styleText } from 'node:util';
import { many } from '../cli/many.ts';
import type { Losses, NodeLoss } from './losses.ts';
import { losesSessions } from './losses.ts';
import { allPins, type NodeMoves, type Pin } from './moves.ts';
import type { Plan } from './plan.ts';

type PlanReport = { readonly plan: Plan; readonly losses: Losses; readonly color: boolean };

export const planText = (report: PlanReport): string => {
  const { plan, losses, color } = report;
  const blocks = [
    `${plan.before} → ${plan.after}`,
    section('changes', partLines(report)),
    section(
      'clients',
      plan.nodes.flatMap((moves) => nodeLines(moves, plan, losses)),
    ),
    section('new sessions', takerLines(plan)),
    section('hazards', hazardLines(plan)),
    verdict(plan, losses, color),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
};

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n');

const TONES = { added: 'green', removed: 'red', changed: 'yellow' } as const;
const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

const partLines = ({ plan, color }: PlanReport): string[] => {
  if (plan.parts.length + plan.restart.length === 0) return ['none for Traefik'];
  const lines = plan.parts.flatMap(({ kind, name, change, details }) => [
    paint(`${SIGNS[change]} ${kind.padEnd(10)} ${name}`, TONES[change], color),
    ...details.map((detail) => `    ${detail}`),
  ]);
  if (plan.restart.length === 0) return lines;
  return [
    ...lines,
    paint(`~ traefik.yml ${plan.restart.join(', ')}`, 'yellow', color),
    '    Traefik must be restarted to read it: open streams end, sessions do not',
  ];
};

const nodeLines = (moves: NodeMoves, { after }: Plan, losses: Losses): string[] => {
  const { node, url, cookie, pins } = moves;
  const found = losses.kind === 'counted' ? losses.nodes.find((one) => one.node === node) : undefined;
  const holds = losses.kind !== 'counted' ? '' : `  ${found === undefined ? 'no live session' : lossText(found)}`;
  const who = `${node ?? url}${holds}`;
  const unkept = pins.some(({ by, fate }) => by === 'session-id' && fate !== 'stays');
  const shown = pins.filter(({ by, fate }) => by !== 'both' || (fate === 'stays' && unkept));
  const old = (moves.formerly ?? []).flatMap(({ prefix, pins: own }) =>
    own.filter(isBroken).map((pin) => `  ${prefix}.…: ${WORDS[pin.by]} ${fateText(pin)}`),
  );
  if (pins.every(({ fate }) => fate === 'stays') && old.length === 0)
    return [`${who}  ${pins.length === 0 ? 'pins nobody' : 'all stay'}`];
  return [
    who,
    ...shown.map((pin) => `  ${WORDS[pin.by].padEnd(27)} ${fateText(pin)}`),
    ...old,
    ...(cookie?.after === undefined
      ? []
      : [`  its cookie                  ${cookie.before} → ${cookie.after} in ${after}`]),
  ];
};

const WORDS = {
  'session-id': 'known by the session id',
  cookie: 'known by the cookie only',
  both: 'known by both',
  handle: 'known by a handle or task',
} as const;

const fateText = ({ fate, to, why }: Pin): string => {
  if (fate === 'stays') return 'stay';
  return fate === 'moves' ? `move to ${to.length > 1 ? 'one of ' : ''}${to.join(', ')}: ${why}` : `are refused: ${why}`;
};

const lossText = ({ live, lost, atRisk }: NodeLoss): string => {
  if (lost > 0) return `${many(live, 'session')}, lost`;
  return atRisk > 0 ? `${many(live, 'session')}, lost if the client keeps no cookies` : many(live, 'session');
};

const takerLines = ({ takers: { before, after } }: Plan): string[] => {
  const now = after.length === 0 ? 'nowhere: every node is draining or out' : after.join(', ');
  return before.join() === after.join() ? [] : [`begin on ${now} (before: ${before.join(', ') || 'nowhere'})`];
};

const hazardLines = ({ hazards }: Plan): string[] =>
  hazards.flatMap(({ severity, path, message, remedy }) => [`${severity}: ${path}: ${message}`, `  help: ${remedy}`]);

const verdict = (plan: Plan, losses: Losses, color: boolean): string => {
  const lines = losses.kind === 'counted' ? countedVerdict(plan, losses) : uncountedVerdict(plan, losses);
  const [first, ...rest] = lines;
  return [paint(first!, losesSessions(plan.nodes, losses) ? 'red' : 'green', color), ...rest].join('\n');
};

const countedVerdict = (plan: Plan, losses: Extract<Losses, { kind: 'counted' }>): string[] => {
  const sum = (key: 'live' | 'lost' | 'atRisk'): number => losses.nodes.reduce((total, node) => total + node[key], 0);
  const most = losses.complete ? '' : ' at least';
  if (sum('lost') + sum('atRisk') === 0) return [`none of${most} ${many(sum('live'), 'session')} is lost`];
  const first =
    sum('lost') > 0
      ? `${sum('lost')} of${most} ${many(sum('live'), 'session')} would be lost`
      : `up to ${sum('atRisk')} of${most} ${many(sum('live'), 'session')} would be lost: those of clients without cookies`;
  const touched = losses.nodes.filter(({ lost, atRisk }) => lost + atRisk > 0).map(({ node }) => node);
  return [
    first,
    ...nextLines(
      plan.nodes.filter(({ node }) => touched.includes(node ?? '')),
      plan,
    ),
  ];
};

const uncountedVerdict = (plan: Plan, { why }: Extract<Losses, { kind: 'uncounted' }>): string[] => {
  const count = why === undefined ? '--redis URL counts them' : `they could not be counted: ${why}`;
  const broken = plan.nodes.filter((node) => allPins(node).some(isBroken));
  if (broken.length === 0) return [`no session is lost${why === undefined ? '' : ` (${count})`}`];
  const only = (kind: Pin['by']): boolean =>
    broken.every((node) =>
      allPins(node)
        .filter(isBroken)
        .every(({ by }) => by === kind),
    );
  const what = only('handle') ? 'handles and tasks' : 'sessions';
  const which = only('cookie') ? ' that are known by the cookie only' : '';
  const names = broken.map(({ node, url }) => node ?? url).join(', ');
  return [`${what} of ${names}${which} would be lost, if there are any: ${count}`, ...nextLines(broken, plan)];
};

const isBroken = ({ fate }: Pin): boolean => fate !== 'stays';

/** Draining helps if a whole node goes; a change that affects every node needs another approach. */
const nextLines = (broken: readonly NodeMoves[], { drainable }: Plan): string[] =>
  drainable === undefined
    ? []
    : broken
        .filter(({ node, pins }) => node !== undefined && pins.some(({ why }) => why?.startsWith(`${node} is `)))
        .map(
          ({ node }) =>
            `  next  npm run drain -- ${[node, ...drainable].join(' ')}, and make this change once it is out`,
        );

const paint = (text: string, tone: 'red' | 'green' | 'yellow', color: boolean): string =>
  color ? styleText(tone, text, { validateStream: false }) : text;
