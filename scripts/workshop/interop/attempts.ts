import type { Finding } from './examine.ts';

/** A third-party program may fail once; failing twice is our problem. */
const ATTEMPTS = 2;

export type Attempted = Finding & { readonly attempt: number };

export const holds = ({ good, of }: Finding): boolean => good === of;

/** Every finding is reported, also those of a first attempt; only the last attempt counts. */
export const examineAgain = async (
  examine: () => AsyncIterable<Finding>,
  report: (finding: Attempted) => void,
): Promise<boolean> => {
  for (let attempt = 1; ; attempt++) {
    let good = true;
    for await (const finding of examine()) {
      good &&= holds(finding);
      report({ ...finding, attempt });
    }
    if (good || attempt === ATTEMPTS) return good;
  }
};
