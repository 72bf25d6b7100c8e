export type NamedCommand = {
  readonly line: number;
  /** As written in the page. */
  readonly text: string;
  /** `npm`: an npm script. `mooring`: a command of the package, called by `npx mooring`. */
  readonly by: 'npm' | 'mooring';
  readonly name: string;
  readonly options: readonly string[];
};

type Piece = { readonly text: string; readonly line: number };

const FENCE = /^```[\s\S]*?^```$/gm;

/** Every command of ours that a page mentions, in a block of commands or inside a sentence. */
export const commandsIn = (page: string): readonly NamedCommand[] =>
  [...fencedIn(page, 'sh'), ...codeIn(page)].flatMap(commandsOf);

/** Up to the end of a shell command, which may be quoted. */
const CALL = /\b(npm run|npx mooring) ([a-z][\w:-]*)((?:'[^']*'|"[^"]*"|[^&|;#'"])*)/g;

const commandsOf = ({ text, line }: Piece): NamedCommand[] =>
  [...text.matchAll(CALL)].map((call) => ({
    line: line + text.slice(0, call.index).split('\n').length - 1,
    text: call[0].replace(/\s+/g, ' ').trim(),
    by: call[1] === 'npm run' ? 'npm' : 'mooring',
    name: call[2]!,
    options: optionsOf(call[3]!, call[1] === 'npm run' ? 2 : 1),
  }));

/** After the last of this many `--` comes a foreign command; npm takes the first `--`. */
const optionsOf = (given: string, dashes: number): string[] => {
  const words = [...given.matchAll(/'[^']*'|"[^"]*"|\S+/g)].map(([word]) => word);
  const ends = words.flatMap((word, i) => (word === '--' ? [i] : []));
  return words
    .slice(0, ends[dashes - 1])
    .filter((word) => /^--?[A-Za-z]/.test(word))
    .map((word) => word.replace(/=.*/, ''));
};

/** Files that a page links to or shows as a picture, relative to the page's folder. */
export const linksIn = (page: string): readonly Piece[] =>
  [...blank(blank(page, FENCE), /`[^`]+`/g).matchAll(/\]\(([^)\s]+)\)|\bsrc(?:set)?="([^"]+)"/g)]
    .map((link) => ({ text: (link[1] ?? link[2])!, line: lineAt(page, link.index) }))
    .filter(({ text }) => !/^[a-z]+:/.test(text));

/** The valid targets of a `#` link: the headings, as GitHub spells them. */
export const anchorsIn = (page: string): readonly string[] =>
  [...blank(page, FENCE).matchAll(/^#+ (.+)$/gm)].map((heading) =>
    heading[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Paths from the project's root in code spans, such as `router/core/decide.ts`. */
export const pathsIn = (page: string): readonly Piece[] =>
  codeIn(page).filter(({ text }) => /^(router|node|shared|scripts|config)\/([\w./-]*\/|[\w./-]+\.\w+)?$/.test(text));

const codeIn = (page: string): readonly Piece[] =>
  [...blank(page, FENCE).matchAll(/(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/g)].map((code) => ({
    text: code[2]!,
    line: lineAt(page, code.index),
  }));

const fencedIn = (page: string, language: string): readonly Piece[] =>
  [...page.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)]
    .filter((fence) => fence[1] === language)
    .flatMap((fence) => {
      const line = lineAt(page, fence.index) + 1;
      return fence[2]!.split('\n').map((text, i) => ({ text, line: line + i }));
    });

/** Blanked, so that nothing moves. */
const blank = (page: string, what: RegExp): string => page.replace(what, (text) => text.replace(/[^\n]/g, ' '));

const lineAt = (page: string, index: number): number => page.slice(0, index).split('\n').length;
