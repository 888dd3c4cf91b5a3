import { timingSafeEqual, createHash } from 'node:crypto';

/** Who is let in until accounts exist: this machine itself, and whoever has the access link. */
export interface AccessGuard {
  /** The key of the access link. */
  accessKey: string;
  admits(remoteAddress: string | undefined, accessKey: string | undefined): boolean;
  /** Whether a browser's `Origin` is the host it speaks to: a foreign page must not reach the hub through a browser. */
  isSameOrigin(origin: string | undefined, host: string | undefined): boolean;
}

/** `trustLoopback` is false where a proxy on this machine speaks for others. */
export function createAccessGuard(accessKey: string, trustLoopback: boolean): AccessGuard {
  return {
    accessKey,
    admits(remoteAddress, given) {
      if (trustLoopback && remoteAddress !== undefined && isLoopback(remoteAddress)) return true;
      return given !== undefined && timingSafeEqual(digest(given), digest(accessKey));
    },
    isSameOrigin(origin, host) {
      if (origin === undefined) return true;
      try {
        return new URL(origin).host === host;
      } catch {
        return false;
      }
    },
  };
}

function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address) || address === '::1';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
