import type { Finding } from './examine.ts';

/** A program of somebody else's may stumble once; twice is ours to explain. */
const ATTEMPTS = 2;

export type Attempted = Finding & { readonly attempt: number };

export const holds = ({ good, of }: Finding): boolean => good === of;

/** Every finding is told, those of a first attempt too; whether the last attempt held is what counts. */
export const examineAgain = async (
  examine: () => AsyncIterable<Finding>,
  tell: (finding: Attempted) => void,
): Promise<boolean> => {
  for (let attempt = 1; ; attempt++) {
    let good = true;
    for await (const finding of examine()) {
      good &&= holds(finding);
      tell({ ...finding, attempt });
    }
    if (good || attempt === ATTEMPTS) return good;
  }
};
