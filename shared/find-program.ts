import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of these programs on the PATH, in the PATH's first folder that has it. */
export const findProgram = (names: readonly string[], path = process.env.PATH ?? ''): string | undefined =>
  names.flatMap((name) => foldersOf(path).map((folder) => join(folder, name))).find(isProgram);

export const foldersOf = (path: string): readonly string[] => path.split(delimiter).filter((folder) => folder !== '');

export const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
