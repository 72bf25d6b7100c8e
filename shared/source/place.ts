/** Where in the user's files something was said; lines and columns count from 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

/** The one part of the dynamic configuration that a problem is about; the name is qualified. */
export type Subject = {
  readonly kind: 'router' | 'service' | 'middleware' | 'serversTransport';
  readonly name: string;
};

/** One thing wrong with the user's files. `path` is the key path, `remedy` what to do about it. */
export type Problem = {
  readonly place: Place;
  readonly path: string;
  /**
   * unknown: no key of Traefik. unsupported: a key of Traefik that is not done here. invalid: everything else that
   * cannot be read. error, warning: it can be read, and will do harm.
   */
  readonly kind: 'unknown' | 'unsupported' | 'invalid' | 'error' | 'warning';
  readonly message: string;
  readonly remedy?: string;
  /**
   * Set when the rest of the files can do without this one part: where Traefik itself leaves the part out and goes on,
   * and where the key is Traefik's and not done here. Absent: Traefik refuses the whole file, or nothing can be said.
   */
  readonly concerns?: Subject;
};
