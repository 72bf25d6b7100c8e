import type { Problem } from '../source/place.ts';
import { readTree } from '../source/tree.ts';
import type { Hazard } from './hazard.ts';
import { parseKeyPath, placeOf } from './key-path.ts';

/** Hazards with the lines of the file that they are about; a file without any key has none. */
export const hazardProblems = (hazards: readonly Hazard[], text: string, file: string): readonly Problem[] => {
  const { tree } = readTree(file, text);
  return hazards.map(({ severity, path, message, remedy }) => ({
    place: placeOf(tree!, parseKeyPath(path)),
    path,
    kind: severity,
    message,
    remedy,
  }));
};
