/**
 * Resolves names below `localhost` to this machine, which RFC 6761 expects and the resolver of glibc does not do.
 * Because MiniStack gives an HTTP API the address `http://<id>.execute-api.localhost:<port>`. Node loads it by
 * `--import`.
 */

import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

const lookup = dns.lookup as (name: string, ...rest: unknown[]) => void;
const own = (name: string, ...rest: unknown[]) => lookup(name.endsWith('.localhost') ? '127.0.0.1' : name, ...rest);
dns.lookup = own as typeof dns.lookup;
syncBuiltinESMExports();
