import assert from 'node:assert/strict';
import test from 'node:test';
import type { Problem } from '../../../shared/source/place.ts';
import { readDynamic } from './dynamic/read-dynamic.ts';
import { readStatic } from './static/read-static.ts';

/**
 * Every key that Traefik 3.7.15 accepts in a file: those with a dash are refused here by name, the others are read. A
 * star is any name, [] a list item. Keys below a refused one are not listed.
 */
const DYNAMIC = `
(top): http -tcp -udp tls
http: routers services middlewares serversTransports -models
http.routers.*: entryPoints middlewares service rule -ruleSyntax priority tls -observability -parentRefs
    -defaultRule -deniedEncodedPathCharacters
http.routers.*.tls: -options -certResolver -domains
http.services.*: failover -highestRandomWeight loadBalancer -mirroring weighted -middlewares
http.services.*.failover: service fallback healthCheck -errors
http.services.*.loadBalancer: sticky servers strategy healthCheck -passiveHealthCheck passHostHeader
    responseForwarding serversTransport -nginxUpstreamHashBy
http.services.*.loadBalancer.sticky: cookie
http.services.*.loadBalancer.sticky.cookie: name secure httpOnly sameSite maxAge path domain -expires
http.services.*.loadBalancer.servers.[]: url weight preservePath -fenced -scheme -port
http.services.*.loadBalancer.healthCheck: scheme mode path method status port interval unhealthyInterval timeout
    hostname followRedirects headers
http.services.*.loadBalancer.responseForwarding: flushInterval
http.services.*.weighted: services sticky healthCheck
http.services.*.weighted.services.[]: name weight
http.services.*.weighted.sticky: cookie
http.services.*.weighted.sticky.cookie: name secure httpOnly sameSite maxAge path domain -expires
http.middlewares.*: addPrefix -basicAuth buffering chain -circuitBreaker -compress -contentType -digestAuth
    -errors forwardAuth -grpcWeb headers ipAllowList -ipWhiteList inFlightReq -passTLSClientCert -plugin
    rateLimit -redirectRegex redirectScheme -replacePath replacePathRegex retry stripPrefix -stripPrefixRegex
    -encodedCharacters -requestHeaderModifier -responseHeaderModifier -requestRedirect -urlRewrite
    -authTLSPassCertificateToUpstream -snippet -rewriteTarget -upstreamVHost -appRoot
http.middlewares.*.addPrefix: prefix
http.middlewares.*.buffering: maxRequestBodyBytes memRequestBodyBytes maxResponseBodyBytes memResponseBodyBytes
    -retryExpression -disableRequestBuffer -disableResponseBuffer
http.middlewares.*.chain: middlewares
http.middlewares.*.forwardAuth: address -tls trustForwardHeader authResponseHeaders authResponseHeadersRegex
    authRequestHeaders addAuthCookiesToResponse headerField forwardBody maxBodySize maxResponseBodySize
    preserveLocationHeader preserveRequestMethod -authSigninURL
http.middlewares.*.headers: customRequestHeaders customResponseHeaders accessControlAllowCredentials
    accessControlAllowHeaders accessControlAllowMethods accessControlAllowOriginList
    accessControlAllowOriginListRegex accessControlExposeHeaders accessControlMaxAge addVaryHeader -allowedHosts
    -hostsProxyHeaders -sslProxyHeaders -stsSeconds -stsIncludeSubdomains -stsPreload -forceSTSHeader -frameDeny
    -customFrameOptionsValue -contentTypeNosniff -browserXssFilter -customBrowserXSSValue -contentSecurityPolicy
    -contentSecurityPolicyReportOnly -publicKey -referrerPolicy -permissionsPolicy -isDevelopment -featurePolicy
    -sslRedirect -sslTemporaryRedirect -sslHost -sslForceHost
http.middlewares.*.ipAllowList: sourceRange ipStrategy rejectStatusCode
http.middlewares.*.ipAllowList.ipStrategy: depth excludedIPs ipv6Subnet
http.middlewares.*.inFlightReq: amount sourceCriterion
http.middlewares.*.inFlightReq.sourceCriterion: ipStrategy requestHeaderName requestHost
http.middlewares.*.inFlightReq.sourceCriterion.ipStrategy: depth excludedIPs ipv6Subnet
http.middlewares.*.rateLimit: average period burst sourceCriterion -redis
http.middlewares.*.rateLimit.sourceCriterion: ipStrategy requestHeaderName requestHost
http.middlewares.*.rateLimit.sourceCriterion.ipStrategy: depth excludedIPs ipv6Subnet
http.middlewares.*.redirectScheme: scheme port permanent -forcePermanentRedirect
http.middlewares.*.replacePathRegex: regex replacement
http.middlewares.*.retry: attempts initialInterval timeout maxRequestBodyBytes status disableRetryOnNetworkError
    retryNonIdempotentMethod
http.middlewares.*.stripPrefix: prefixes forceSlash
http.serversTransports.*: serverName insecureSkipVerify rootCAs -certificates -cipherSuites -minVersion
    -maxVersion maxIdleConnsPerHost forwardingTimeouts -disableHTTP2 -peerCertURI -spiffe -peerCertSANs
http.serversTransports.*.forwardingTimeouts: dialTimeout responseHeaderTimeout idleConnTimeout -readIdleTimeout
    -pingTimeout -readTimeout -writeTimeout
tls: certificates -options -stores
tls.certificates.[]: certFile keyFile -stores
`;

const STATIC = `
(top): global -serversTransport -tcpServersTransport entryPoints providers api metrics ping log accessLog
    -tracing -hostResolver -certificatesResolvers -experimental core -spiffe -ocsp
global: checkNewVersion sendAnonymousUsage -notAppendXForwardedFor
entryPoints.*: address -allowACMEByPass -reusePort asDefault transport -proxyProtocol forwardedHeaders http
    http2 -http3 -udp -observability
entryPoints.*.transport: lifeCycle respondingTimeouts -keepAliveMaxTime -keepAliveMaxRequests
entryPoints.*.transport.lifeCycle: requestAcceptGraceTimeout graceTimeOut
entryPoints.*.transport.respondingTimeouts: readTimeout writeTimeout idleTimeout
entryPoints.*.forwardedHeaders: insecure trustedIPs -connection -addXForwardedSchemeHeaders
    -notAppendXForwardedFor
entryPoints.*.http: redirections middlewares tls -encodedCharacters -encodeQuerySemicolons -sanitizePath
    maxHeaderBytes -underscoreHeadersStrategy -aliasHeadersStrategy
entryPoints.*.http.redirections: entryPoint
entryPoints.*.http.redirections.entryPoint: to scheme permanent priority
entryPoints.*.http.tls: -options -certResolver -domains
entryPoints.*.http2: maxConcurrentStreams -maxDecoderHeaderTableSize -maxEncoderHeaderTableSize
providers: providersThrottleDuration -docker -swarm file -kubernetesIngress -kubernetesIngressNGINX
    -kubernetesCRD -kubernetesGateway -rest -consulCatalog -nomad -ecs -consul -etcd -zooKeeper -redis -http
    -plugin -precedence -knative
providers.file: directory watch filename debugLogGeneratedTemplate
api: basePath insecure dashboard debug disableDashboardAd dashboardName
metrics: -addInternals prometheus -datadog -statsD -influxDB2 -otlp
metrics.prometheus: buckets addEntryPointsLabels addRoutersLabels addServicesLabels entryPoint manualRouting
    -headerLabels
ping: entryPoint manualRouting terminatingStatusCode
log: level format noColor filePath -maxSize -maxAge -maxBackups -compress -otlp
accessLog: filePath format filters fields bufferingSize addInternals -otlp -dualOutput
accessLog.filters: statusCodes retryAttempts minDuration
accessLog.fields: defaultMode names headers queryParameters
accessLog.fields.headers: defaultMode names
core: -defaultRuleSyntax -strictTLSOptions
accessLog.fields.queryParameters: -defaultMode
`;

type Row = { readonly path: readonly string[]; readonly refused: boolean };

const rowsOf = (table: string): Row[] =>
  table
    .trim()
    .split(/\n(?! )/)
    .flatMap((line) => {
      const [parent = '', keys = ''] = line.split(/:\s+/);
      const above = parent === '(top)' ? [] : parent.split('.');
      return keys.split(/\s+/).map((key) => ({ path: [...above, key.replace('-', '')], refused: key.startsWith('-') }));
    });

const nest = ([step, ...rest]: readonly string[]): unknown => {
  if (step === undefined) return 'a value';
  return step === '[]' ? [nest(rest)] : { [step === '*' ? 'x' : step]: nest(rest) };
};

const keysRefused = (problems: readonly Problem[], kind: Problem['kind']): string[] =>
  problems.filter((problem) => problem.kind === kind).map(({ path }) => path);

const readers = {
  dynamic: { rows: rowsOf(DYNAMIC), read: (text: string) => readDynamic([{ file: 'f.yml', text }]).problems },
  static: { rows: rowsOf(STATIC), read: (text: string) => readStatic({ file: 'f.yml', text }).problems },
};

for (const [name, { rows, read }] of Object.entries(readers)) {
  test(`every key of Traefik's ${name} file is either read or refused by its own name`, () => {
    for (const { path, refused } of rows) {
      const problems = read(JSON.stringify(nest(path)));
      const named = path.join('.').replaceAll('*', 'x').replaceAll('.[]', '[0]');
      assert.deepEqual(keysRefused(problems, 'unknown'), [], named);
      assert.deepEqual(keysRefused(problems, 'unsupported'), refused ? [named] : [], named);
    }
  });

  test(`no key of the ${name} file is known that Traefik does not know`, () => {
    const parents = new Map<string, Set<string>>();
    for (const { path } of rows) {
      const parent = path.slice(0, -1).join('.');
      parents.set(parent, (parents.get(parent) ?? new Set()).add(path.at(-1) ?? ''));
    }
    for (const [parent, keys] of parents)
      for (const other of new Set(rows.map(({ path }) => path.at(-1) ?? ''))) {
        if ([...keys].some((key) => key.toLowerCase() === other.toLowerCase())) continue;
        const problems = read(JSON.stringify(nest([...(parent === '' ? [] : parent.split('.')), other])));
        assert.equal(keysRefused(problems, 'unknown').length, 1, `${parent}.${other}`);
      }
  });
}
