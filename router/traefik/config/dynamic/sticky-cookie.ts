import type { CookieConfig } from '../../../core/model.ts';
import { checked, flag, integer, map, orElse, text } from '../decoder.ts';
import { allowEmpty, notDone, placed, struct } from '../structure.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\x00-\x1f\x7f]/;
const attribute = checked(text, (value) =>
  UNSAFE.test(value)
    ? { message: 'a cookie attribute cannot hold a control character', remedy: 'remove the character' }
    : undefined,
);

const sameSite = checked(text, (value) =>
  /^(none|lax|strict)?$/i.test(value)
    ? undefined
    : { message: `${JSON.stringify(value)} is not a sameSite value`, remedy: 'write none, lax or strict' },
);

const cookie = placed(
  struct(
    {
      name: attribute,
      secure: flag,
      httpOnly: flag,
      sameSite,
      maxAge: integer,
      path: orElse(attribute, '/'),
      domain: attribute,
    },
    { expires: notDone('Traefik ignores this key in a file: use maxAge') },
  ),
);

/** `sticky: {}` is valid and pins nothing: only a cookie does. */
export const sticky = map(struct({ cookie: allowEmpty(cookie) }), (raw): CookieConfig | undefined => raw.cookie);
