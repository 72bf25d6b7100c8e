import { endOfString } from './json-bounds.ts';

const [QUOTE, COLON] = [0x22, 0x3a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
/**
 * Replaces strings in a JSON text, which must be valid; every other byte stays as it is. A path is the names from the
 * outermost object inwards, with `*` for any place in an array.
 */
export const editStrings = (
  json: Buffer,
  paths: ReadonlySet<string>,
  edited: (text: string) => string | undefined,
): Buffer => {
  const pieces: Buffer[] = [];
  const names: string[] = [];
  // Deeper names and strings are only skipped.
  const most = Math.max(...[...paths].map((path) => path.split('.').length));
  let level = 0;
  let kept = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) names[level++] = '*';
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) level--;
    if (byte !== QUOTE) continue;
    const end = endOfString(json, at) + 1;
    const text = (): string => JSON.parse(json.toString('utf8', at, end));
    if (level <= most) {
      if (isName(json, end)) names[level - 1] = nameIn(text());
      else if (paths.has(names.slice(0, level).join('.'))) {
        const now = edited(text());
        if (now !== undefined) {
          pieces.push(json.subarray(kept, at), Buffer.from(JSON.stringify(now)));
          kept = end;
        }
      }
    }
    at = end - 1;
  }
  return kept === 0 ? json : Buffer.concat([...pieces, json.subarray(kept)]);
};

/** A name that would look like two, or like a place in an array, is on no path. */
const nameIn = (name: string): string => (/[.*]/.test(name) ? '' : name);

/** A colon follows. */
const isName = (json: Buffer, end: number): boolean => {
  let at = end;
  while (SPACES.has(json[at] as number)) at++;
  return json[at] === COLON;
};

const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
