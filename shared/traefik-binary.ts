import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What these cases were measured on; another version is no judge. */
export const TRAEFIK_VERSION = '3.7.15';

let found: string | undefined | false = false;

/** The real Traefik of that version, from TRAEFIK_BIN or the PATH; undefined where there is none. */
export const findTraefik = (): string | undefined => {
  if (found === false) found = candidates().find((file) => existsSync(file) && versionOf(file) === TRAEFIK_VERSION);
  return found;
};

/** What to say where it is needed and not there; false where it is. */
export const noTraefik = (): string | false =>
  findTraefik() === undefined && `no Traefik ${TRAEFIK_VERSION} in TRAEFIK_BIN or on the PATH`;

const candidates = (): string[] => {
  const named = process.env.TRAEFIK_BIN;
  if (named) return [named];
  return (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'traefik'));
};

const versionOf = (file: string): string | undefined => {
  const { stdout } = spawnSync(file, ['version'], { encoding: 'utf8', timeout: 10_000 });
  return /^Version:\s+(\S+)/m.exec(stdout ?? '')?.[1];
};
