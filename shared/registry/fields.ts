import { jsonObject } from '../json-object.ts';

/** Far longer than any record: JSON.parse takes a minute for 50 MB of brackets, and a node reads its mark every 3 s. */
const MAX_LENGTH = 16 * 1024;

/** The fields of a JSON object; of anything else, none. */
export const fieldsOf = (text: unknown): Readonly<Record<string, unknown>> =>
  (typeof text === 'string' && text.length <= MAX_LENGTH ? jsonObject(text) : undefined) ?? {};

/** A number outside the range of dates has no text. */
export const isDate = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= 8.64e15;

/** JSON can write numbers that are too large to be one. */
export const isNumber = (value: unknown): value is number => Number.isFinite(value);
