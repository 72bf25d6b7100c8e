import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '../../shared/source/nearest.ts';
import { Misuse } from '../cli/misuse.ts';
import { readScenario } from './read-scenario.ts';

const FOLDER = fileURLToPath(new URL('scenarios/', import.meta.url));
const ENDING = /\.ya?ml$/;

export type ScenarioText = { readonly file: string; readonly text: string };

/** A built-in scenario by name, or a file by path. */
export const findScenario = async (name: string): Promise<ScenarioText> => {
  const own = await names();
  if (own.includes(name)) return read(relative(process.cwd(), join(FOLDER, `${name}.yaml`)));
  if (!ENDING.test(name)) throw new Misuse(unknown(name, own));
  return read(name).catch((error: NodeJS.ErrnoException) => {
    throw new Misuse(`${name} cannot be read: ${error.code ?? error.message}`);
  });
};

export const listScenarios = async (): Promise<readonly { readonly name: string; readonly about: string }[]> => {
  const texts = (await names()).map(async (name) => {
    const { file, text } = await findScenario(name);
    return { name, about: readScenario(text, file).scenario?.about ?? '' };
  });
  return Promise.all(texts);
};

const names = async (): Promise<string[]> =>
  (await readdir(FOLDER))
    .filter((file) => ENDING.test(file))
    .map((file) => file.replace(ENDING, ''))
    .sort();

const read = async (file: string): Promise<ScenarioText> => ({ file, text: await readFile(file, 'utf8') });

const unknown = (name: string, own: readonly string[]): string => {
  const near = nearest(name, own);
  const hint = near === undefined ? `there are ${own.join(', ')}.` : `did you mean ${near}?`;
  return `there is no scenario ${name}: ${hint} Your own is a file such as ./${name}.yaml`;
};
