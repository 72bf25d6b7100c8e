/** Identifies the caller, from headers that a proxy in front has checked: a user, a tenant. */
export type Bind = (request: Request) => string | undefined;

/** The last argument that SDK v2 passes to a tool; only its HTTP request. */
export type CallContext = { readonly http?: { readonly req?: Request | undefined } | undefined };

/** The caller: its request, and what an authenticator says about it. */
export type Caller = { readonly request: Request | undefined; readonly principal: string | undefined };

export const principalOf = (bind: Bind | undefined, { request, principal }: Caller): string | undefined => {
  if (!bind) return principal;
  if (!request) throw new TypeError('bind needs the request: pass the last argument of the tool call');
  return bind(request);
};
