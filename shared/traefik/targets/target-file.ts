/** A path counts from the folder that the files are written to. */
export type TargetFile = { readonly path: string; readonly text: string };
