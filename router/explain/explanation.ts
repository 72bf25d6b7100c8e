import type { Place } from '../../shared/source/place.ts';

/** Why one request goes where it goes, step by step, with findings. Text and JSON output are views of this. */
export type Explanation = {
  readonly request: {
    readonly method: string;
    readonly host: string;
    readonly target: string;
    readonly entryPoint: string;
    readonly tls: boolean;
  };
  /** server: forwarded. internal: served by the router. answered: ended by a middleware or a refusal. */
  readonly outcome: 'server' | 'internal' | 'answered';
  /** Status of a response by the router; undefined for a server or an internal page. */
  readonly status: number | undefined;
  readonly router: string | undefined;
  /** The service whose server is chosen, or the internal one. */
  readonly service: string | undefined;
  readonly server: ExplainedServer | undefined;
  /** The servers that may be chosen: only the running proxy knows which is next. */
  readonly candidates: readonly ExplainedServer[];
  readonly pin: Pin;
  readonly setCookies: readonly string[];
  readonly steps: readonly ExplainStep[];
  readonly findings: readonly Finding[];
};

export type ExplainedServer = {
  readonly url: string;
  /** By the routers for session ids; undefined when none leads to this server only. */
  readonly node: string | undefined;
  readonly up: boolean;
};

export type Pin = {
  readonly by: 'session-id' | 'cookie' | 'handle' | 'client-address' | 'nothing';
  readonly text: string;
};

export type StepKind = 'entry point' | 'router' | 'middleware' | 'service' | 'cookie' | 'pin' | 'server' | 'answer';

/** passed: continues. no: not this one. chosen: this one. assumed: cannot be known here. ended: stops here. */
export type StepOutcome = 'passed' | 'no' | 'chosen' | 'assumed' | 'ended';

export type ExplainStep = {
  readonly kind: StepKind;
  readonly title: string;
  readonly detail: readonly string[];
  /** The place in the files that caused it. */
  readonly place?: Place;
  readonly outcome: StepOutcome;
};

/** Something the sender may not have intended. `code` is stable across versions. */
export type Finding = {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly remedy?: string;
  readonly place?: Place;
};
