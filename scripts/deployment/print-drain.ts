/** Reports what happens to a node, in words or as one JSON object per line. */
import { styleText } from 'node:util';
import { visible } from '../../shared/terminal-text.ts';
import { formatGoDuration } from '../../shared/traefik/go-duration.ts';
import { many } from '../cli/many.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { RoutedEvent } from './bring-back.ts';
import { argumentsOf, type Deployment } from './deployment.ts';
import type { DrainEvent } from './drain-node.ts';

export type ReporterOptions = {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly deployment: Deployment;
  readonly node: string;
  /** The caller does the next step itself, so it is not printed. */
  readonly partOfMore?: boolean;
};

export const createReporter = (options: ReporterOptions): ((event: DrainEvent) => void) => {
  const { terminal, json, node } = options;
  if (json) return (event) => terminal.print(JSON.stringify(Object.assign({ event: event.event, node }, event)));
  let counting = false;
  return (event) => {
    const again = event.event === 'sessions' && counting && terminal.interactive;
    counting = event.event === 'sessions';
    // Replaces the previous count.
    terminal.print(painted(textOf(event, options), event, terminal), again ? 'line' : undefined);
  };
};

const painted = (text: string, { event }: DrainEvent, { color }: Terminal): string => {
  const tone = TONES[event];
  if (!color || tone === undefined) return text;
  const [first, ...rest] = text.split('\n');
  return [styleText(tone, first!, { validateStream: false }), ...rest].join('\n');
};

const TONES: { readonly [event in DrainEvent['event']]?: 'green' | 'yellow' } = {
  out: 'green',
  'registry-away': 'yellow',
  unseen: 'yellow',
  newcomers: 'yellow',
  unmarked: 'yellow',
  stranger: 'yellow',
  unheard: 'yellow',
  silent: 'yellow',
  left: 'yellow',
};

const textOf = (event: DrainEvent, options: ReporterOptions): string => {
  const { node, deployment } = options;
  switch (event.event) {
    case 'draining':
      return drainingText(event, options);
    case 'sessions':
      return `  sessions  ${event.live}${event.idle ? `, ${event.idle} of them idle without a stream` : ''}`;
    case 'registry-away':
      return `  the registry is not available: ${visible(event.why)}; ${node} stays draining until it is, or until the deadline`;
    case 'registry-back':
      return '  the registry is available again';
    case 'unseen':
      return `  ${node} is not in the registry: it is not running, or it uses another Redis. Its sessions cannot be counted;\n  this waits until the deadline. If it is not running: Ctrl-C, then npm run drain -- ${again(options)} --timeout 0s`;
    case 'silent':
      return `  ${event.why}, but ${node} answers at its health URL, which counts its sessions`;
    case 'unmarked':
      return `  ${node} could not be notified of the drain: ${event.why}; retrying`;
    case 'stranger':
      return `  the registry's ${node} has the URL ${event.url}, which is not this deployment's: it is not notified`;
    case 'heard':
      return `  ${node} has acknowledged the drain: it still takes sessions from late proxies, then refuses new ones itself`;
    case 'unheard':
      return `  ${node} has not acknowledged the drain: sessions that a late proxy opens there may be lost`;
    case 'refusing':
      return `  ${node} now refuses new sessions`;
    case 'newcomers':
      return `  ${many(event.count, 'session')} began on ${node} after the file had changed: does Traefik read ${deployment.folder}/dynamic.yml?`;
    case 'out':
      return outText(event, options);
    case 'left':
      return leftText(event, options);
  }
};

const drainingText = (event: Extract<DrainEvent, { event: 'draining' }>, { node }: ReporterOptions): string =>
  [
    `${node} is draining: no new sessions, its own continue`,
    `  files     ${event.files.join(', ') || 'already up to date'}`,
    `  new ones  begin on ${event.takers.join(', ')}`,
    ...untilOf(event),
    ...(event.idleMs === undefined
      ? []
      : [`  idle      sessions without a stream end after ${duration(event.idleMs)} without use`]),
  ].join('\n');

const untilOf = ({ waits, timeoutMs }: Extract<DrainEvent, { event: 'draining' }>): string[] => {
  if (waits === 'no') return [];
  return waits === 'sessions'
    ? [`  until     its last session ends, at most ${duration(timeoutMs)}`]
    : [`  until     the deadline, in ${duration(timeoutMs)}: there is no registry to count its sessions`];
};

const REASONS = {
  empty: 'its last session has ended',
  gone: 'it has no heartbeat and does not answer, so its sessions are gone',
  deadline: 'the deadline has passed',
  already: 'it already was',
} as const;

const outText = ({ why, cut, ms, files }: Extract<DrainEvent, { event: 'out' }>, options: ReporterOptions): string => {
  const { node, partOfMore } = options;
  const lost =
    cut === undefined
      ? '; the sessions that ended with it could not be counted'
      : cut > 0
        ? `; ${many(cut, 'session')} ${why === 'already' ? 'on it: no route leads there' : 'ended with it'}`
        : '';
  return [
    `${node} is out: ${REASONS[why]}${why === 'already' ? '' : `, after ${duration(ms)}`}${lost}`,
    ...(files.length > 0 ? [`  files     ${files.join(', ')}`] : []),
    ...(partOfMore ? [] : [`  next      it can be stopped; npm run undrain -- ${again(options)} brings it back`]),
  ].join('\n');
};

const LEFT = {
  signal: 'interrupted',
  'no-wait': 'not waited for',
  unreadable: 'its file cannot be read',
} as const;

const leftText = (
  { why, how, state, live }: Extract<DrainEvent, { event: 'left' }>,
  options: ReporterOptions,
): string => {
  const { node, deployment } = options;
  if (why === 'changed')
    return `${deployment.file} says that ${node} is ${state ?? 'gone'}, so somebody else has changed it: stopping here`;
  const holds = live === undefined ? '' : `, with ${many(live, 'session')}`;
  return [
    ...(how === undefined ? [] : [how]),
    `${node} is draining${holds}: ${LEFT[why]}, and stays like that; no session is lost`,
    `  continue  npm run drain -- ${again(options)}`,
    `  undo      npm run undrain -- ${again(options)}`,
  ].join('\n');
};

/** The arguments for the same files. */
const again = ({ node, deployment }: Pick<ReporterOptions, 'node' | 'deployment'>): string =>
  [node, ...argumentsOf(deployment)].join(' ');

/** To the second; without the zeros of 30m0s and 1h0m0s. */
export const duration = (ms: number): string => {
  const text = formatGoDuration(ms < 1000 ? Math.round(ms) : 1000 * Math.round(ms / 1000));
  return text.replace(/(?<=m)0s$/, '').replace(/(?<=h)0m$/, '');
};

export const routedText = (node: string, { files, settleMs }: RoutedEvent): string =>
  [
    `${node} has its routes again; new sessions start in ${duration(settleMs)}, when every proxy has them`,
    `  files     ${files.join(', ')}`,
  ].join('\n');
