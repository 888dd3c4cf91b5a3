import type { HubProcess } from '../../support/processes.ts';
import type { Desk } from '../talk/talkHub.ts';

interface Health {
  status: string;
  database: { integrity: string };
  disk: object;
}

/** What `/healthz` says; `code` is the status of the answer over HTTP. */
export async function healthOf(hub: Pick<HubProcess, 'url'>): Promise<Health & { code: number }> {
  const response = await fetch(`${hub.url}/healthz`);
  return { ...((await response.json()) as Health), code: response.status };
}

/** The kinds of trouble that a desk was notified of last; before the first notice, those of its snapshot. */
export function saidAt(desk: Desk): string[] {
  const noticed = desk.noticesOf('diagnostics:troublesChanged').at(-1)?.troubles;
  return (noticed ?? desk.snapshot.hubTroubles ?? []).map(({ kind }) => kind);
}
