import type { Place } from '../../shared/source/place.ts';
import { writtenName } from '../../shared/traefik/qualified-name.ts';
import { type Asked, questionOf, readHeader, type Unclear } from '../explain/asked.ts';
import { explain } from '../explain/explain.ts';
import type { ExplainStep, Finding, StepOutcome } from '../explain/explanation.ts';
import { runningInput } from '../explain/running.ts';
import type { RunningState } from '../traefik/observe/state.ts';
import { placeText } from './picture.ts';

type Told = {
  readonly title: string;
  readonly detail: readonly string[];
  readonly at: string;
  readonly outcome: string;
};
export type ExplainedRequest = {
  readonly verdict: string;
  /** URL of the server, if only one server is possible. */
  readonly server: string | undefined;
  readonly steps: readonly Told[];
  readonly findings: readonly Told[];
};

/** Without an entry point, it is taken from the URL or the table. */
export type RequestText = { readonly text: string; readonly entryPoint: string };

/** Why the request in this text goes where it goes, with the current table and the current health. */
export const explainRequest = (
  state: RunningState,
  { text, entryPoint }: RequestText,
): ExplainedRequest | { readonly error: string } => {
  const asked = readRequestText(text);
  if ('problem' in asked) return { error: asked.problem };
  const running = runningInput(state);
  const question = questionOf({ ...asked, ...(entryPoint !== '' && { entryPoint }) }, running);
  if ('problem' in question) return { error: question.problem };
  const explanation = explain({ ...running, question });
  const { outcome, status, server, candidates, router } = explanation;
  const name = router && writtenName(router);
  return {
    verdict:
      outcome === 'answered'
        ? `The router responds itself: ${status}`
        : outcome === 'internal'
          ? `${explanation.service} answers`
          : candidates.length > 1
            ? `Router ${name}, then one of ${candidates.length} servers; ${explanation.pin.text}`
            : `Router ${name}, then ${server?.node ?? server?.url}; pinned by ${explanation.pin.text}`,
    server: candidates.length > 1 ? undefined : server?.url,
    steps: explanation.steps.map(stepOf),
    findings: explanation.findings.map(findingOf),
  };
};

const TONES: Readonly<Record<StepOutcome, string>> = {
  passed: 'good',
  chosen: 'good',
  no: 'skip',
  assumed: 'warn',
  ended: 'bad',
};

const stepOf = ({ kind, title, detail, place, outcome }: ExplainStep): Told => ({
  title: `${kind}: ${title}`,
  detail,
  at: at(place),
  outcome: TONES[outcome],
});

const findingOf = ({ severity, message, remedy, place }: Finding): Told => ({
  title: message,
  detail: remedy === undefined ? [] : [remedy],
  at: at(place),
  outcome: severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : 'skip',
});

const at = (place: Place | undefined): string => placeText(place);

const FIRST_LINE = /^(?:([A-Za-z]+)\s+)?(https?:\/\/\S+|\/\S*|\*)(?:\s+HTTP\/[\d.]+)?$/;
const NO_REQUEST: Unclear = {
  problem: 'write method and path on the first line, such as POST /mcp, then one header per line',
};

/** `POST /mcp`, then headers, one per line. */
export const readRequestText = (text: string): Asked | Unclear => {
  const [first = '', ...lines] = text.trim().split(/\r?\n/);
  const [, method = 'GET', url] = FIRST_LINE.exec(first.trim()) ?? [];
  if (url === undefined) return NO_REQUEST;
  const headers: (readonly [string, string])[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const header = readHeader(line.trim());
    if (header === undefined)
      return { problem: `line ${index + 2}, ${shown(line)}, is not a header: write Name: value` };
    headers.push(header);
  }
  return { method: method.toUpperCase(), url, headers };
};

const shown = (line: string): string => JSON.stringify(line.length > 60 ? `${line.slice(0, 57)}...` : line);
