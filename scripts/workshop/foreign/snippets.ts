import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../../../.github/SERVERS.md', import.meta.url));

/** The program that the page shows in a language: the tested code is what readers copy. */
export const snippetOf = (language: string): string => {
  const [, text] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(readFileSync(PAGE, 'utf8')) ?? [];
  if (text === undefined) throw new Error(`${PAGE} shows no program in ${language}`);
  return text;
};
