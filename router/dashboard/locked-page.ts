import { createHash } from 'node:crypto';
import { asCalled } from '../../shared/program.ts';

/** For visitors without the secret: mostly the right person, with a URL from an earlier start. */
const TITLE = 'Open this page by its full URL';
const PARAGRAPHS = [
  'Every user of this machine can reach this port, so the URL contains a secret: `?secret=…`. It changes at each start, and earlier URLs stop working.',
  'Started with `npm run dev`: the line Dashboard shows the URL. Key `o` opens it; `npm run dev -- dashboard` in another terminal opens and prints it.',
  'Started with `npm run router -- --dashboard`: the line dashboard shows the URL.',
].map((text) => asCalled(text));

const TEXT = `${[TITLE, ...PARAGRAPHS].join('\n').replaceAll('`', '')}\n`;

const STYLE =
  ':root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1.5rem}' +
  'h1{font-size:1.4rem}code{font-size:.95em;white-space:nowrap}';

const HTML =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>mooring: locked</title>' +
  `<meta name="viewport" content="width=device-width, initial-scale=1"><style>${STYLE}</style></head><body><main><h1>${TITLE}</h1>` +
  `${PARAGRAPHS.map((text) => `<p>${text.replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`).join('')}</main></body></html>\n`;

const hash = createHash('sha256').update(STYLE).digest('base64');
export const LOCKED_POLICY = `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

export const lockedPage = (accept: string): { readonly type: string; readonly body: string } =>
  accept.includes('text/html')
    ? { type: 'text/html; charset=utf-8', body: HTML }
    : { type: 'text/plain; charset=utf-8', body: TEXT };
