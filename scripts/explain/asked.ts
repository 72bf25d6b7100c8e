/** What one may say of a request: on the command line, in a curl command, in a line of the access log. */
export type Asked = {
  readonly method: string | undefined;
  /** A URL, or a path. */
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly entryPoint?: string;
  readonly from?: string;
  /** Where a log or a command said more than can be used. */
  readonly notes: readonly string[];
};
