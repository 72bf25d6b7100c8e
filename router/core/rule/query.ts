import { textOf } from '../request/byte-string.ts';
import { decode } from '../request/url-path.ts';

/** Go's limit; it ignores a query with more pairs altogether. */
const MAX_PAIRS = 10_000;

/** The values of one key, as Go's url.ParseQuery finds them: pairs that cannot be decoded are skipped. */
export const queryValues = (query: string, key: string): string[] => {
  const pairs = query.split('&');
  if (pairs.length > MAX_PAIRS) return [];
  return pairs.flatMap((pair) => {
    const cut = pair.indexOf('=');
    if (pair === '' || partText(cut < 0 ? pair : pair.slice(0, cut)) !== key) return [];
    return partText(cut < 0 ? '' : pair.slice(cut + 1)) ?? [];
  });
};

const partText = (text: string): string | undefined => {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  return textOf(decode(text.replaceAll('+', ' ')));
};
