import { readFile } from 'node:fs/promises';
import { type Keys, readKeys } from './core/shared-keys.ts';
import type { NodeSettings } from './settings.ts';

type Given = Pick<NodeSettings, 'stateKeys' | 'stateKeyFile'>;

/** The keys that a node was given; the file wins over the environment. Throws for a weak key. */
export const loadStateKeys = async ({ stateKeys, stateKeyFile }: Given): Promise<Keys | undefined> => {
  const text = stateKeyFile === undefined ? stateKeys : await readKeyFile(stateKeyFile);
  if (text === undefined) return undefined;
  const read = readKeys(text);
  if (read.kind === 'keys') return read.keys;
  const where = stateKeyFile ?? 'MOORING_REQUEST_STATE_KEYS';
  throw new Error(`the keys in ${where} cannot be used: ${read.why}; openssl rand -base64 32 makes one`);
};

const readKeyFile = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
    throw new Error(code === 'ENOENT' ? `there is no key file ${file}` : `${file} cannot be read (${code})`);
  });
