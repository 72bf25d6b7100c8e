import type { Place } from '../../shared/source/place.ts';

/** Why one request goes where it goes, step by step, and what is odd about it. Texts and JSON are views of this. */
export type Explanation = {
  readonly request: {
    readonly method: string;
    readonly host: string;
    readonly target: string;
    readonly entryPoint: string;
    readonly tls: boolean;
  };
  /** server: it is forwarded. internal: the router serves it itself. answered: a middleware or a refusal ends it. */
  readonly outcome: 'server' | 'internal' | 'answered';
  /** Of the router's own answer; undefined where a server or an internal page gives it. */
  readonly status: number | undefined;
  readonly router: string | undefined;
  /** The service whose server is chosen, or the internal one. */
  readonly service: string | undefined;
  readonly server: ExplainedServer | undefined;
  /** The servers that it may as well be: which of them is next is known to the running proxy only. */
  readonly candidates: readonly ExplainedServer[];
  readonly pin: Pin;
  readonly setCookies: readonly string[];
  readonly steps: readonly ExplainStep[];
  readonly findings: readonly Finding[];
};

export type ExplainedServer = {
  readonly url: string;
  /** By the routers of session ids; undefined when none leads to this server alone. */
  readonly node: string | undefined;
  readonly up: boolean;
};

export type Pin = {
  readonly by: 'session-id' | 'cookie' | 'client-address' | 'nothing';
  readonly text: string;
};

export type StepKind = 'entry point' | 'router' | 'middleware' | 'service' | 'cookie' | 'pin' | 'server' | 'answer';

/** passed: on to the next. no: not this one. chosen: this one. assumed: cannot be known from here. ended: no further. */
export type StepOutcome = 'passed' | 'no' | 'chosen' | 'assumed' | 'ended';

export type ExplainStep = {
  readonly kind: StepKind;
  readonly title: string;
  readonly detail: readonly string[];
  /** What in the files caused it. */
  readonly place?: Place;
  readonly outcome: StepOutcome;
};

/** Something that its sender may not have meant. `code` stays the same over versions. */
export type Finding = {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly remedy?: string;
  readonly place?: Place;
};
