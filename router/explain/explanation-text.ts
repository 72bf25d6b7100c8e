import type { Place } from '../../shared/source/place.ts';
import { visible } from '../../shared/terminal-text.ts';
import type { ExplainStep, Explanation, Finding, StepOutcome } from './explanation.ts';
import { serverName } from './world.ts';

type Role = 'strong' | 'faint' | 'good' | 'bad' | 'risky';
export type Paint = { readonly [role in Role]: (text: string) => string };

export const explanationText = (explanation: Explanation, paint: Paint): string =>
  [
    headline(explanation, paint),
    '',
    ...explanation.steps.flatMap((step, i) => stepLines(step, explanation.steps[i - 1]?.kind, paint)),
    ...explanation.findings.flatMap((finding) => ['', ...findingLines(finding, paint)]),
  ].join('\n');

const headline = (explanation: Explanation, paint: Paint): string => {
  const { request } = explanation;
  const asked = `${request.method} ${request.host}${request.target} on ${request.entryPoint}`;
  return paint.strong(visible(`${asked} ${destination(explanation)}`));
};

const destination = ({ outcome, status, service, server, candidates, pin }: Explanation): string => {
  if (outcome === 'internal') return `is served by ${service}`;
  const names = candidates.map(({ node, url }) => node ?? url).join(', ');
  if (outcome === 'answered') return `is answered with ${status}${names === '' ? '' : `, or goes to ${names} in turn`}`;
  if (candidates.length > 1) return `goes to one of ${names}`;
  return `goes to ${serverName(server!)}${pin.by === 'nothing' ? '' : `, by ${PIN_WORDS[pin.by]}`}`;
};

const PIN_WORDS = {
  'session-id': 'its session id',
  handle: 'the handle or task that it names',
  cookie: 'its cookie',
  'client-address': "its client's address",
} as const;

const KIND_WIDTH = 13;
const MARKS: Readonly<Record<StepOutcome, string>> = { passed: '→', no: '·', chosen: '✓', assumed: '?', ended: '■' };
const ROLES: Readonly<Record<StepOutcome, Role>> = {
  passed: 'faint',
  no: 'faint',
  chosen: 'good',
  assumed: 'risky',
  ended: 'strong',
};

/** The kind is printed once for consecutive steps; a router that does not match gets a single line if it fits. */
const stepLines = (
  { kind, title, detail, place, outcome }: ExplainStep,
  before: string | undefined,
  paint: Paint,
): string[] => {
  const label = (kind === before ? '' : kind).padEnd(KIND_WIDTH);
  const short = outcome === 'no' && detail.length === 1;
  const paintTitle = outcome === 'no' ? paint.faint : (text: string) => text;
  const first = `  ${paint.faint(label)}${paint[ROLES[outcome]](MARKS[outcome])} ${paintTitle(visible(short ? `${title}: ${detail[0]}` : title))}${placeText(place, paint)}`;
  const indent = ' '.repeat(KIND_WIDTH + 6);
  return [first, ...(short ? [] : detail.map((line) => indent + visible(line)))];
};

const placeText = (place: Place | undefined, paint: Paint): string =>
  place === undefined ? '' : paint.faint(`  ${place.file}:${place.line}:${place.column}`);

const SEVERITY: Readonly<Record<Finding['severity'], Role>> = { error: 'bad', warning: 'risky', note: 'strong' };

const findingLines = ({ severity, message, remedy, place }: Finding, paint: Paint): string[] => [
  `${paint[SEVERITY[severity]](`${severity}:`)} ${message.split('\n').map(visible).join('\n')}${placeText(place, paint)}`,
  ...(remedy === undefined ? [] : [`  help: ${visible(remedy)}`]),
];
