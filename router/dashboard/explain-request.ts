import type { Place } from '../../shared/source/place.ts';
import { writtenName } from '../../shared/traefik/qualified-name.ts';
import { explain } from '../explain/explain.ts';
import type { ExplainStep, Finding, StepOutcome } from '../explain/explanation.ts';
import type { Question } from '../explain/question.ts';
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
  /** Of the server, when there is exactly one that it can be. */
  readonly server: string | undefined;
  readonly steps: readonly Told[];
  readonly findings: readonly Told[];
};

/** An entry point that is not there, or none: the first one. */
export type Asked = { readonly text: string; readonly entryPoint: string };

/** Why the request of this text goes where it goes, by the table in force and the health known now. */
export const explainRequest = (state: RunningState, asked: Asked): ExplainedRequest | { readonly error: string } => {
  const question = questionOf(state, asked);
  if (question === undefined)
    return {
      error: 'write the method and the path on the first line, such as POST /mcp, and then a header on each line',
    };
  const told = explain({
    question,
    config: state.table.config,
    staticConfig: state.static,
    status: { isUp: (service, url) => state.serversUp(service)?.get(url) ?? true },
  });
  const { outcome, status, server, candidates, router } = told;
  const name = router && writtenName(router);
  return {
    verdict:
      outcome === 'answered'
        ? `The router answers itself: ${status}`
        : outcome === 'internal'
          ? `${told.service} answers`
          : candidates.length > 1
            ? `Router ${name}, then one of ${candidates.length} servers; ${told.pin.text}`
            : `Router ${name}, then ${server?.node ?? server?.url}; pinned by ${told.pin.text}`,
    server: candidates.length > 1 ? undefined : server?.url,
    steps: told.steps.map(stepOf),
    findings: told.findings.map(findingOf),
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

const FIRST_LINE = /^(?:([A-Za-z]+)\s+)?(https?:\/\/[^\s/]+)?(\/\S*)(?:\s+HTTP\/[\d.]+)?$/;

/** `POST /mcp`, then headers, one a line; what is not said is as an MCP client on this machine would have it. */
export const questionOf = (state: Pick<RunningState, 'static'>, { text, entryPoint }: Asked): Question | undefined => {
  const [first = '', ...lines] = text.trim().split(/\r?\n/);
  const match = FIRST_LINE.exec(first.trim());
  if (match === null) return undefined;
  const [, method = 'GET', origin, target = '/'] = match;
  const headers = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]] : [];
  });
  const { entryPoints } = state.static;
  const entry = entryPoints.get(entryPoint) ?? [...entryPoints.values()][0];
  if (entry === undefined) return undefined;
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1];
  return {
    entryPoint: entry.name,
    tls: origin?.startsWith('https:') ?? entry.tls,
    method: method.toUpperCase(),
    target,
    host: host ?? origin?.replace(/^https?:\/\//, '') ?? `127.0.0.1:${entry.port}`,
    headers,
    from: '127.0.0.1',
  };
};
