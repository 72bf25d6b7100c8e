import type { Middleware } from '../../core/middleware.ts';
import type { MiddlewareConfig } from '../../core/model.ts';

export type ConfigOf<Kind extends MiddlewareConfig['kind']> = Extract<MiddlewareConfig, { readonly kind: Kind }>;

/** `error` is Traefik's message. */
export type Failed = { readonly error: string };
export type Built = Middleware | Failed;

export const isFailed = (built: object): built is Failed => 'error' in built;
