import { createHmac, randomBytes } from 'node:crypto';
import type { IntakeAnswer } from '../../src-shared/alerts/alertIntake.ts';
import type { KeyPurpose } from '../../src-shared/session/keyPurposes.ts';
import { hubFetch } from './testAccount.ts';

/** A key as the hub hands it out. */
export interface SenderKey {
  keyId: string;
  secret: string;
}

/** What a request says of itself; each part can be made wrong. */
export interface Signing {
  nowMs?: number;
  nonce?: string;
  secret?: string;
  headers?: Record<string, string>;
}

/** Asks a hub on this machine for a key. */
export async function makeAlertKey(
  hubUrl: string,
  options: { name?: string; alertsPerSecond?: number; purpose?: KeyPurpose; districts?: string[] } = {},
): Promise<SenderKey> {
  const answer = await hubFetch(`${hubUrl}/api/v1/alert-keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'platform', alertsPerSecond: 10_000, ...options }),
  });
  if (answer.status !== 201) throw new Error(`the hub made no key: ${await answer.text()}`);
  return (await answer.json()) as SenderKey;
}

/** The headers of a signed request, as /api/v1/docs describes them. */
export function signedHeaders(
  key: SenderKey,
  body: Uint8Array,
  signing: Signing = {},
): Record<string, string> {
  const time = String(signing.nowMs ?? Date.now());
  const nonce = signing.nonce ?? randomBytes(16).toString('hex');
  const signature = createHmac('sha256', signing.secret ?? key.secret)
    .update(`${time}.${nonce}.`)
    .update(body)
    .digest('hex');
  return {
    'x-mingchu-key': key.keyId,
    'x-mingchu-time': time,
    'x-mingchu-nonce': nonce,
    'x-mingchu-signature': signature,
    ...signing.headers,
  };
}

/** Posts JSON (or text that should be) as a platform does. */
export function postAlerts(
  hubUrl: string,
  key: SenderKey,
  body: object | string,
  signing: Signing = {},
): Promise<Response> {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return hubFetch(`${hubUrl}/api/v1/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signedHeaders(key, bytes, signing) },
    body: new Uint8Array(bytes),
  });
}

/** An alert as a platform reports it; every one is another. */
export function report(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    externalId: randomBytes(8).toString('hex'),
    kind: 'no_hat',
    cameraId: 'camera-1',
    occurredAt: Date.now(),
    ...changes,
  };
}

/** The answer to what was taken. Throws with the hub's refusal. */
export async function taken(response: Response): Promise<IntakeAnswer> {
  if (response.status !== 202) throw new Error(`refused (${response.status}): ${await response.text()}`);
  return (await response.json()) as IntakeAnswer;
}
