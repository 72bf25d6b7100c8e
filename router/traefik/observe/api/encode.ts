import { formatGoDuration } from '../../../../shared/traefik/go-duration.ts';
import { goJson } from '../go-json.ts';

/** Go leaves out of its JSON what is empty: nothing said, nothing printed. */
export const omitEmpty = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => !isEmpty(value)));

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);

/** One that nobody set, 0, is left out. */
export const duration = (milliseconds: number): string | undefined =>
  milliseconds === 0 ? undefined : formatGoDuration(milliseconds);

/** Go prints maps sorted. */
export const sortedObject = (map: ReadonlyMap<string, unknown>): object | undefined =>
  map.size === 0 ? undefined : Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

/** An integer that a number cannot hold, on its way to `encode`: between characters that no text can contain. */
export const exactInteger = (value: bigint): string => `\uffff${value}\uffff`;

export const encode = (value: unknown): string => goJson(value).replace(/"\uffff(-?\d+)\uffff"/g, '$1');
