import type { Choice, ChoiceStep, Service } from './service.ts';

type Unavailable = Extract<Choice, { kind: 'unavailable' }>;

/** The step that one level of the tree adds to a choice made below it. */
export type Level = {
  readonly child: Service;
  readonly step: ChoiceStep;
  readonly setCookies: readonly string[];
  /** There are few choices, all built at load, so each step is built once. */
  readonly memo: Map<Choice, Choice>;
};

export const levelOf = (child: Service, step: ChoiceStep, setCookies: readonly string[]): Level => ({
  child,
  step,
  setCookies,
  memo: new Map(),
});

/** The child's choice with this level's step and cookie before its own. */
export const withStep = ({ step, setCookies, memo }: Level, choice: Choice): Choice => {
  const known = memo.get(choice);
  if (known !== undefined) return known;
  const made: Choice = {
    ...choice,
    setCookies: [...setCookies, ...choice.setCookies],
    steps: [step, ...choice.steps],
  };
  memo.set(choice, made);
  return made;
};

export const noServerUp = (service: string, body: string): Unavailable => ({
  kind: 'unavailable',
  body,
  setCookies: [],
  steps: [{ service, reason: 'no-server-up', chosen: undefined }],
});
