import { formatGoDuration } from '../../../../shared/traefik/go-duration.ts';
import { goJson } from '../go-json.ts';

/** Go's omitempty: empty values are omitted from the JSON. */
export const omitEmpty = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => !isEmpty(value)));

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);

/** 0, which is unset, is omitted. */
export const duration = (milliseconds: number): string | undefined =>
  milliseconds === 0 ? undefined : formatGoDuration(milliseconds);

/** Go prints maps sorted. */
export const sortedObject = (map: ReadonlyMap<string, unknown>): object | undefined =>
  map.size === 0 ? undefined : Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Marks an integer too large for a number, for `encode`: between characters that no text can contain. */
export const exactInteger = (value: bigint): string => `\uffff${value}\uffff`;

export const encode = (value: unknown): string => goJson(value).replace(/"\uffff(-?\d+)\uffff"/g, '$1');
