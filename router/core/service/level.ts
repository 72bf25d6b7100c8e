import type { Choice, ChoiceStep, Service } from './service.ts';

type Unavailable = Extract<Choice, { kind: 'unavailable' }>;

/** What one level of the tree says of a choice that was made below it. */
export type Level = {
  readonly child: Service;
  readonly step: ChoiceStep;
  readonly setCookies: readonly string[];
  /** Choices are made at load and few: each is put into words once. */
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
