import { type CookieTarget, encodingText, targetName } from '../../router/explain/decode-cookie.ts';
import type { DecodedCookie } from '../../router/explain/decode-cookies.ts';
import { visible } from '../../shared/terminal-text.ts';
import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import type { Paint } from '../cli/paint.ts';
import type { NodeForms } from './forms.ts';

type Context = { readonly source: string; readonly paint: Paint };

export const decodedText = (cookies: readonly DecodedCookie[], context: Context): string =>
  cookies.map((cookie) => cookieLines(cookie, context).join('\n')).join('\n\n');

const cookieLines = (cookie: DecodedCookie, { source, paint }: Context): string[] => {
  const { name, value, matches, causes, known } = cookie;
  const written = visible(name === undefined ? value : `${name}=${value}`);
  if (!known)
    return [`${written} ${paint.faint(`is not a sticky cookie: no service in ${source} has one of this name`)}`];
  if (matches.length === 0)
    return [
      paint.bad(`${written} matches no server of ${source}`),
      ...causes.flatMap(({ message, remedy }) => [`  ${message}`, `    help: ${remedy}`]),
    ];
  return matches.flatMap(({ target, encoding }) => [
    `${written} is ${paint.good(targetName(target))}`,
    `  ${target.kind.padEnd(9)} ${target.reader}, cookie ${target.cookie}${target.at.line > 1 ? paint.faint(`  ${target.at.file}:${target.at.line}:${target.at.column}`) : ''}`,
    `  encoding  ${encodingText(encoding, target)}`,
  ]);
};

export const formsText = ({ text, forms, readers, known }: NodeForms, paint: Paint): string => {
  const width = Math.max(...forms.map(({ value }) => value.length));
  return [
    paint.strong(text),
    ...forms.map((form) => `  ${form.value.padEnd(width)}  ${paint.faint(encodingText(form.encoding, form))}`),
    '',
    ...(readers.length > 0
      ? readers.map(readerLine)
      : [
          paint.bad('no service with a sticky cookie has exactly this URL'),
          `  help: there are ${[...new Set(known.map(targetName))].join(', ')}`,
        ]),
  ].join('\n');
};

const readerLine = ({ reader, kind, cookie, text }: CookieTarget): string => {
  const pair = `${cookie}=${cookieValue(text)}`;
  return kind === 'service'
    ? `  ${reader} sends it as ${pair}`
    : `  ${reader} takes requests of its sessions by ${pair}`;
};
