/** Who calls, from headers that a proxy in front has checked: a user, a tenant. */
export type Bind = (request: Request) => string | undefined;

/** What the SDK's second version gives a tool as its last argument; of it, the HTTP request. */
export type CallContext = { readonly http?: { readonly req?: Request | undefined } | undefined };

/** Who asks for what is kept here: the request, and what an authenticator says of it. */
export type Caller = { readonly request: Request | undefined; readonly principal: string | undefined };

export const principalOf = (bind: Bind | undefined, { request, principal }: Caller): string | undefined => {
  if (!bind) return principal;
  if (!request) throw new TypeError('bind needs the request: pass on what the tool was called with, as last argument');
  return bind(request);
};
