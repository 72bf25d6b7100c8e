import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:http';
import http2, { type Http2SecureServer } from 'node:http2';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Log } from '../../shared/log.ts';
import type { CertificateConfig } from '../core/model.ts';

type Pair = { readonly cert: string; readonly key: string };
type Held = { readonly certificate: X509Certificate; readonly context: SecureContext };

/** The certificates of the file, selected by SNI; a self-signed one for all other names. */
export class Certificates {
  readonly #log: Log;
  #held: readonly Held[] = [];
  #own: Promise<Pair> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** A pair that cannot be read is skipped and logged, as in Traefik. */
  update(configs: readonly CertificateConfig[]): void {
    this.#held = configs.flatMap((config) => this.#read(config) ?? []);
  }

  /** A TLS server that does not listen; entry points hand it their connections. */
  async server(limits: ServerOptions): Promise<Http2SecureServer> {
    const own = await this.#selfSigned();
    return http2.createSecureServer({
      ...limits,
      ...own,
      allowHTTP1: true,
      minVersion: 'TLSv1.2',
      SNICallback: (name, done) => done(null, this.#contextFor(name)),
    });
  }

  #contextFor(name: string): SecureContext | undefined {
    return this.#held.find(({ certificate }) => certificate.checkHost(name) !== undefined)?.context;
  }

  #read({ certFile, keyFile, at }: CertificateConfig): Held | undefined {
    try {
      const cert = contentOf(certFile);
      return {
        certificate: new X509Certificate(cert),
        context: createSecureContext({ cert, key: contentOf(keyFile) }),
      };
    } catch (error) {
      this.#log.error({ err: error, file: at.file, line: at.line }, 'cannot use this certificate; skipped');
      return undefined;
    }
  }

  #selfSigned(): Promise<Pair> {
    this.#own ??= makeSelfSigned();
    return this.#own;
  }
}

/** Loaded when TLS is first used: it would slow down every start. */
const makeSelfSigned = async (): Promise<Pair> => {
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'MOORING DEFAULT CERT' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  } as Parameters<typeof generate>[1]);
  return { cert: made.cert, key: made.private };
};

const contentOf = (fileOrContent: string): string =>
  fileOrContent.includes('-----BEGIN') ? fileOrContent : readFileSync(fileOrContent, 'utf8');
