import { createHmac, randomBytes } from 'node:crypto';
import { signatureHeaders, signedPrefix, type ReportedAlert } from '../../src-shared/alerts/alertIntake.ts';

/** Where alerts go, and the key that the centre handed out. */
export interface HubConnection {
  hubUrl: string;
  keyId: string;
  secret: string;
}

/** What became of one try. `later` is worth another try with the same externalId. */
export type SendOutcome = { type: 'taken' } | { type: 'later' | 'refused'; reason: string };

const answerMs = 10_000;

/** Signs alerts and posts them, as any AI platform would (the hub's /api/v1/docs). */
export async function sendAlerts(
  connection: HubConnection,
  alerts: readonly ReportedAlert[],
): Promise<SendOutcome> {
  const body = Buffer.from(JSON.stringify({ alerts }));
  const time = String(Date.now());
  const nonce = randomBytes(16).toString('hex');
  const signature = createHmac('sha256', connection.secret)
    .update(signedPrefix(time, nonce))
    .update(body)
    .digest('hex');
  try {
    const response = await fetch(`${connection.hubUrl}/api/v1/alerts`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [signatureHeaders.keyId]: connection.keyId,
        [signatureHeaders.time]: time,
        [signatureHeaders.nonce]: nonce,
        [signatureHeaders.signature]: signature,
      },
      body,
      signal: AbortSignal.timeout(answerMs),
    });
    const text = await response.text();
    if (response.status === 202) return { type: 'taken' };
    const reason = `${response.status}: ${text.slice(0, 300)}`;
    // The hub understood these alerts and refused them; sending them again would give the same answer.
    const isFinal = [400, 413, 415, 422].includes(response.status);
    return { type: isFinal ? 'refused' : 'later', reason };
  } catch (error) {
    return { type: 'later', reason: error instanceof Error ? error.message : String(error) };
  }
}
