import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cookieValue } from '../../../shared/traefik/cookie-value.ts';
import { COOKIE, PATH } from './plan.ts';

/** nginx without its commercial part has no sticky cookie: it follows an existing one, and never sets one. */
export const writeNginxFile = (folder: string, port: number, servers: readonly string[]): string => {
  mkdirSync(folder, { recursive: true });
  const addresses = servers.map((url) => new URL(url).host);
  const path = join(folder, 'nginx.conf');
  writeFileSync(
    path,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  upstream all { ${addresses.map((address) => `server ${address};`).join(' ')} keepalive 64; keepalive_requests 1000000000; }
${addresses.map((address, i) => `  upstream n${i} { server ${address}; keepalive 64; keepalive_requests 1000000000; }`).join('\n')}
  map $cookie_${COOKIE} $pool {
    default all;
${servers.map((url, i) => `    ${cookieValue(url)} n${i};`).join('\n')}
  }
  server {
    listen 127.0.0.1:${port};
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Connection "";
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_buffering off;
    location ${PATH} { proxy_pass http://$pool; }
    location / { proxy_pass http://all; }
  }
}
`,
  );
  return path;
};
