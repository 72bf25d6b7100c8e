import type { Choice, ChoiceStep, Service } from './service.ts';

type Unavailable = Extract<Choice, { kind: 'unavailable' }>;

/** The step that one level of the tree adds to a choice made below it. */
export type Level = {
  readonly child: Service;
  readonly step: ChoiceStep;
  readonly setCookies: readonly string[];
  /** There are few choices, all built at load, so each step is built once. */
  readonly told: Map<Choice, Choice>;
};

export const levelOf = (child: Service, step: ChoiceStep, setCookies: readonly string[]): Level => ({
  child,
  step,
  setCookies,
  told: new Map(),
});

/** The child's choice with this level's step and cookie before its own. */
export const tell = ({ step, setCookies, told }: Level, choice: Choice): Choice => {
  const known = told.get(choice);
  if (known !== undefined) return known;
  const made: Choice = {
    ...choice,
    setCookies: [...setCookies, ...choice.setCookies],
    steps: [step, ...choice.steps],
  };
  told.set(choice, made);
  return made;
};

export const nobodyUp = (service: string, body: string): Unavailable => ({
  kind: 'unavailable',
  body,
  setCookies: [],
  steps: [{ service, reason: 'nobody-up', chosen: undefined }],
});
