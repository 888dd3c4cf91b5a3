import type { PushSender } from '../features/push/push.ports.ts';

/** A key pair by which push services know this hub (VAPID, RFC 8292): base64url. */
export interface PushKeys {
  publicKey: string;
  privateKey: string;
}

/** The push services of the usual browsers: Chrome and Edge on Android, Safari, Firefox, Edge on Windows. */
export const usualPushHosts = [
  'fcm.googleapis.com',
  '.push.apple.com',
  'updates.push.services.mozilla.com',
  '.notify.windows.com',
] as const;

const timeoutMs = 5_000;
/** An order that could not be brought to a phone within this time rings at the desk. Seconds. */
const keptSeconds = 120;

/** Whether the hub sends to this address: a phone names it, and must not be able to name any other. */
export function isPushEndpoint(endpoint: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, port, username, password } = new URL(endpoint);
  if (protocol !== 'https:' || port !== '' || username !== '' || password !== '') return false;
  return hosts.some((host) => (host.startsWith('.') ? hostname.endsWith(host) : hostname === host));
}

/** Encrypts messages for one phone (RFC 8291, aes128gcm) and hands them to its push service, signed with the hub's key. */
export function createWebPushSender(options: {
  keys: PushKeys;
  /** A `mailto:` or `https:` address at which the push service reaches who runs this hub. */
  contact: string;
  hosts: readonly string[];
  fetch: typeof fetch;
}): PushSender {
  const { keys, contact, hosts } = options;
  return {
    async send({ endpoint, p256dh, auth }, message) {
      if (!isPushEndpoint(endpoint, hosts)) return 'refused';
      let details;
      try {
        // Loaded with the first message: most hubs in closed networks send none.
        const { default: webPush } = await import('web-push');
        details = webPush.generateRequestDetails(
          { endpoint, keys: { p256dh, auth } },
          JSON.stringify(message),
          {
            vapidDetails: { subject: contact, ...keys },
            TTL: keptSeconds,
            urgency: 'high',
            contentEncoding: 'aes128gcm',
          },
        );
      } catch {
        // The subscription has malformed keys.
        return 'refused';
      }
      try {
        const answer = await options.fetch(endpoint, {
          method: 'POST',
          headers: Object.fromEntries(
            Object.entries(details.headers)
              .filter(([name]) => name.toLowerCase() !== 'content-length')
              .map(([name, value]) => [name, String(value)]),
          ),
          body: new Uint8Array(details.body),
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        });
        await answer.body?.cancel();
        if (answer.status === 404 || answer.status === 410) return 'gone';
        if (answer.ok) return 'sent';
        return answer.status >= 500 || answer.status === 429 ? 'unreachable' : 'refused';
      } catch {
        return 'unreachable';
      }
    },
  };
}
