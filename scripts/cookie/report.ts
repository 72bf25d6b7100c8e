import { ENCODING_WORDS } from '../../router/explain/decode-cookie.ts';
import type { DecodedCookie } from '../../router/explain/decode-cookies.ts';
import { serverName } from '../../router/explain/world.ts';
import { visible } from '../../shared/terminal-text.ts';
import type { Paint } from '../cli/paint.ts';
import type { NodeForms } from './forms.ts';

type Context = { readonly source: string; readonly paint: Paint };

export const decodedText = (cookies: readonly DecodedCookie[], context: Context): string =>
  cookies.map((cookie) => cookieLines(cookie, context).join('\n')).join('\n\n');

const cookieLines = (cookie: DecodedCookie, { source, paint }: Context): string[] => {
  const { name, value, matches, causes, known } = cookie;
  const written = visible(name === undefined ? value : `${name}=${value}`);
  if (!known) return [`${written} ${paint.faint(`is no sticky cookie: no service of ${source} has one of this name`)}`];
  if (matches.length === 0)
    return [
      paint.bad(`${written} stands for no server of ${source}`),
      ...causes.flatMap(({ message, remedy }) => [`  ${message}`, `    help: ${remedy}`]),
    ];
  return matches.flatMap(({ target, encoding }) => [
    `${written} is ${paint.good(serverName({ url: target.text, node: target.node }))}`,
    `  service   ${target.service}, cookie ${target.cookie}${target.at.line > 1 ? paint.faint(`  ${target.at.file}:${target.at.line}:${target.at.column}`) : ''}`,
    `  encoding  ${ENCODING_WORDS[encoding]}`,
  ]);
};

export const formsText = ({ text, node, forms, services, known }: NodeForms, paint: Paint): string =>
  [
    paint.strong(serverName({ url: text, node })),
    ...forms.map(
      ({ value, encoding }) =>
        `  ${value.padEnd(Math.max(...forms.map((form) => form.value.length)))}  ${paint.faint(ENCODING_WORDS[encoding])}`,
    ),
    ...(services.length > 0
      ? ['', ...services.map(({ service, cookie }) => `  ${service} sends it as ${cookie}=${forms[0]!.value}`)]
      : [
          '',
          paint.bad('no service with a sticky cookie has this URL, to the letter'),
          `  help: there are ${[...new Set(known.map((target) => target.text))].join(', ')}`,
        ]),
  ].join('\n');
