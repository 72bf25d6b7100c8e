/** Writes YAML that Go reads as we mean it, with comments that give reasons. */
import { Document, isMap, isScalar, visit } from 'yaml';
import { resolvePlainScalar } from './plain-scalar.ts';

/** The comment before the key at this path. */
export type Comment = { readonly path: readonly string[]; readonly text: string };

export type YamlNotes = { readonly heading: string; readonly comments: readonly Comment[] };

export const writeYaml = (value: object, { heading, comments }: YamlNotes): string => {
  const document = new Document(value, { aliasDuplicateObjects: false });
  quoteWhatGoReadsOtherwise(document);
  for (const comment of comments) explain(document, comment);
  document.commentBefore = heading.replace(/^/gm, ' ');
  return document.toString({ lineWidth: 0 });
};

/** Go's YAML reads more numbers than YAML 1.2, and dates: 1_000 would lose its underscore. */
const quoteWhatGoReadsOtherwise = (document: Document): void => {
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && resolvePlainScalar(scalar.value).type !== 'string')
        scalar.type = 'QUOTE_DOUBLE';
    },
  });
};

const explain = (document: Document, { path, text }: Comment): void => {
  const map = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(map)) return;
  const key = map.items.map((pair) => pair.key).find((each) => isScalar(each) && each.value === path.at(-1));
  if (!isScalar(key)) return;
  key.commentBefore = text.replace(/^/gm, ' ');
  if (path.length === 1 && map.items[0]?.key !== key) key.spaceBefore = true;
};
