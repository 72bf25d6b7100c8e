import type { Problem } from '../source/place.ts';
import { readTree } from '../source/tree.ts';
import type { Hazard } from './hazard.ts';
import { parseKeyPath, placeOf } from './key-path.ts';

/** Hazards with the lines of the file that they are about. */
export const hazardProblems = (hazards: readonly Hazard[], text: string, file: string): readonly Problem[] => {
  const tree = readTree(file, text).tree ?? { kind: 'null' as const, at: { file, line: 1, column: 1 } };
  return hazards.map(({ severity, path, message, remedy }) => ({
    place: placeOf(tree, parseKeyPath(path)),
    path,
    kind: severity,
    message,
    remedy,
  }));
};
