import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** In the repository our programs are TypeScript, run by tsx; in the package they are compiled. */
export const COMPILED = import.meta.url.endsWith('.js');

/**
 * The command line of one of our own programs, relative to the calling file: `('../node/main.ts', import.meta.url)`.
 */
export const commandOf = (program: string, from: string, compiled = COMPILED): readonly [string, ...string[]] => {
  const file = fileURLToPath(new URL(compiled ? program.replace(/\.ts$/, '.js') : program, from));
  return compiled ? [process.execPath, file] : [process.execPath, '--import', import.meta.resolve('tsx/esm'), file];
};

/** The path of a file that comes with mooring, such as `config/dev.yaml`, relative to the working directory. */
export const packagedFile = (file: string, compiled = COMPILED): string =>
  relative(process.cwd(), fileURLToPath(new URL(compiled ? `../../${file}` : `../${file}`, import.meta.url)));

/** Our texts name commands as they are in the repository; an installed package has other names for them. */
export const asCalled = (text: string, compiled = COMPILED): string =>
  compiled ? text.replace(/\bnpm run ([a-z][a-z-]*)(?: --(?= ))?( \[)?(?:-- )?/g, 'npx mooring $1$2') : text;
