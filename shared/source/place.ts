/** A position in the user's files; lines and columns start at 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

/** The part of the dynamic configuration that a problem is about; its name is qualified. */
export type Subject = {
  readonly kind: 'router' | 'service' | 'middleware' | 'serversTransport';
  readonly name: string;
};

/** A problem in the user's files. `path` is the key path, `remedy` what to do about it. */
export type Problem = {
  readonly place: Place;
  readonly path: string;
  /**
   * unknown: not a key of Traefik. unsupported: a key of Traefik that we do not support. invalid: anything else that
   * cannot be read. error, warning: it can be read but does harm.
   */
  readonly kind: 'unknown' | 'unsupported' | 'invalid' | 'error' | 'warning';
  readonly message: string;
  readonly remedy?: string;
  /**
   * Set if this part can be skipped: Traefik itself skips it, or the key is one of Traefik's that we do not support.
   * Absent: Traefik refuses the whole file, or its behaviour is unknown.
   */
  readonly concerns?: Subject;
};
