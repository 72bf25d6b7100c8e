import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { minorOf, TRAEFIK_VERSION, TRIED_RELEASES } from './traefik/minors.ts';

export type FoundTraefik = { readonly file: string; readonly version: string };

/** Cached by the value of TRAEFIK_BIN. */
const found = new Map<string | undefined, readonly FoundTraefik[]>();

/** Every Traefik 3 in TRAEFIK_BIN or on the PATH; the version of the parity cases first. */
const all = (): readonly FoundTraefik[] => {
  const named = process.env.TRAEFIK_BIN;
  const before = found.get(named);
  if (before !== undefined) return before;
  const seen = candidates().flatMap((file) => {
    const version = existsSync(file) ? versionOf(file) : undefined;
    return version?.startsWith('3.') ? [{ file, version }] : [];
  });
  seen.sort((a, b) => Number(b.version === TRAEFIK_VERSION) - Number(a.version === TRAEFIK_VERSION));
  found.set(named, seen);
  return seen;
};

/** For a cluster: any minor version. */
export const anyTraefik = (): FoundTraefik | undefined => all()[0];

/** The version of the parity cases; undefined if it is not installed. */
export const findTraefik = (): string | undefined => all().find(({ version }) => version === TRAEFIK_VERSION)?.file;

/** Why a test that needs it is skipped; false if it is installed. */
export const noTraefik = (): string | false =>
  findTraefik() === undefined && `no Traefik ${TRAEFIK_VERSION} in TRAEFIK_BIN or on the PATH`;

/** How well files and router are tested against another version. */
export const provenFor = (version: string): string => {
  if (version === TRAEFIK_VERSION) return '';
  const minor = minorOf(version);
  const tried = TRIED_RELEASES.find((release) => minorOf(release) === minor);
  const parity = `parity with the router is proven for ${TRAEFIK_VERSION} alone`;
  return tried === undefined || minor === undefined
    ? `${parity}, and nothing is known of this version`
    : `${parity}; pins, failover and drain were tried on ${tried}`;
};

const candidates = (): string[] => {
  const named = process.env.TRAEFIK_BIN;
  if (named) return [named];
  return (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'traefik'));
};

const versionOf = (file: string): string | undefined => {
  const { stdout } = spawnSync(file, ['version'], { encoding: 'utf8', timeout: 10_000 });
  return /^Version:\s+(\S+)/m.exec(stdout ?? '')?.[1];
};
