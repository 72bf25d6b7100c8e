/** The two texts that Traefik and the router read, with the reason of each part beside it. */
import { Document, isMap, isScalar, visit } from 'yaml';
import { resolvePlainScalar } from '../source/plain-scalar.ts';
import type { Topology } from '../topology/topology.ts';
import { type Comment, dynamicComments, staticComments } from './comments.ts';
import { dynamicOf } from './dynamic.ts';
import { type StaticOptions, staticOf } from './static.ts';

export type GenerateOptions = StaticOptions & {
  /** The topology's file, named in the first line. */
  readonly source?: string;
};

export const generateFiles = (topology: Topology, options: GenerateOptions): { static: string; dynamic: string } => {
  const fixed = staticOf(topology, options);
  const dynamic = dynamicOf(topology);
  return {
    static: write(fixed, { comments: staticComments(fixed, topology), source: options.source }),
    dynamic: write(dynamic, { comments: dynamicComments(dynamic, topology), source: options.source }),
  };
};

const write = (
  value: object,
  { comments, source }: { readonly comments: readonly Comment[]; readonly source: string | undefined },
): string => {
  const document = new Document(value, { aliasDuplicateObjects: false });
  quoteWhatGoReadsOtherwise(document);
  for (const comment of comments) explain(document, comment);
  document.commentBefore = firstLine(source);
  return document.toString({ lineWidth: 0 });
};

/** Go's YAML knows more numbers than YAML 1.2 does, and dates: 1_000 would lose its underscore. */
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

/** Comments go through Traefik's templates too: a file name must not begin one. */
const firstLine = (source: string | undefined): string => {
  const from = source === undefined ? '' : ` from ${source.replace(/\{(?=\{)/g, '{ ').replace(/[\r\n]/g, ' ')}`;
  return ` Generated${from} by \`npm run generate\`: change the topology and run it again.`;
};
