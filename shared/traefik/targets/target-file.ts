/** The path is relative to the output folder. */
export type TargetFile = { readonly path: string; readonly text: string };
