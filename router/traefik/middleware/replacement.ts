import type { Match, Regexp } from '../../core/rule/regexp.ts';

/** A replacement in Go's syntax: `$1`, `${1}`, `$name`, `${name}`; `$$` is a dollar. Parsed once. */
export type Replacement = readonly (string | { readonly group: number | string })[];

export const parseReplacement = (text: string): Replacement => {
  const parts: (string | { group: number | string })[] = [];
  let last = 0;
  for (const found of text.matchAll(REFERENCE)) {
    const name = found[1] ?? found[2];
    parts.push(text.slice(last, found.index), name === undefined ? '$' : { group: groupOf(name) });
    last = found.index + found[0].length;
  }
  return [...parts, text.slice(last)];
};

/** As Go's ReplaceAllString: an empty match directly after another match is ignored. */
export const replaceAll = (text: string, regexp: Regexp, replacement: Replacement): string => {
  let out = '';
  let last = 0;
  let end = -1;
  for (const match of regexp.findAll(text)) {
    if (match.start === match.end && match.start === end) continue;
    out += text.slice(last, match.start) + expand(replacement, match);
    last = end = match.end;
  }
  return out + text.slice(last);
};

/** A group that does not exist, or did not match, is empty. */
const expand = (replacement: Replacement, match: Match): string =>
  replacement.map((part) => (typeof part === 'string' ? part : (match.group(part.group) ?? ''))).join('');

/** `$1x` is the group named `1x`, and `$01` the group named `01`. */
const groupOf = (name: string): number | string => (/^(?:0|[1-9]\d{0,7})$/.test(name) ? Number(name) : name);

/** Any other dollar stays a dollar. */
const REFERENCE = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;
