/** Traefik's names include their provider: `mcp` in a file is `mcp@file`, and `api@internal` stays unchanged. */
export const declaredName = (name: string): string => `${name}@file`;
export const referredName = (name: string): string => (name.includes('@') ? name : declaredName(name));

/** As in the file, and in most of Traefik's messages. */
export const writtenName = (name: string): string => name.replace(/@file$/, '');
