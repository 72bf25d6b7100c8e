import { DIFFERENCES, type Difference } from './differences.ts';

/** The rows as .github/DIFFERENCES.md shows them, after the line `<!-- differences -->`. */
export const differencesTable = (): string => {
  const rows = Object.entries<Difference>(DIFFERENCES).map(
    ([id, { what, traefik, mooring, why }]) => `| \`${id}\` | ${what} | ${traefik} | ${mooring} | ${why} |`,
  );
  return ['| id | what | Traefik | mooring | why |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
};
