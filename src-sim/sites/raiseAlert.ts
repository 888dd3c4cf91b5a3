import { setTimeout as sleep } from 'node:timers/promises';
import type { RegistryImport } from '../../src-shared/cameras/registryImport.ts';
import { metresBetween, type GroundPoint } from '../squads/ground.ts';
import type { CameraReport } from '../simulatorReports.ts';
import type { CaseDesk } from './caseDesk.ts';

const requestMs = 10_000;
const lookMs = 2_000;
/** How long a member's browser may take to be there: at the first start its camera and voice are made. */
const memberMs = 120_000;
/** The alert comes from one of so many cameras around the place. */
const nearest = 12;

/** Waits until a member is at the hub and on duty. Rejects after two minutes. */
export async function awaitMember(
  officer: Pick<CaseDesk, 'request'>,
  memberId: string,
  station: GroundPoint,
  signal: AbortSignal,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < memberMs; waitedMs += lookMs) {
    const ranked = await officer.request('orders:rank', { place: { name: '演示', address: '', ...station } });
    const member = ranked.ok
      ? ranked.data.candidates.find((candidate) => candidate.memberId === memberId)
      : undefined;
    if (member?.reasons.some((reason) => reason === 'offline' || reason === 'off_duty') === false) return;
    await sleep(lookMs, undefined, { signal });
  }
  throw new Error('the member is not there');
}

/** Lets the simulated AI platform see a cook without a hat near a place. Rejects where the simulated city does not answer. */
export async function raiseAlertNear(
  controlUrl: string,
  place: GroundPoint,
  random: () => number,
): Promise<void> {
  const registry = await asked<RegistryImport>(`${controlUrl}/registry.json`);
  const { cameras: reports } = await asked<{ cameras: CameraReport[] }>(`${controlUrl}/cameras`);
  const sites = new Map(registry.sites.map((site) => [site.externalId, site]));
  const able = new Set(
    reports.flatMap(({ id, fault, shows }) =>
      fault.kind === 'none' && shows.includes('missingHat') ? [id] : [],
    ),
  );
  const around = registry.cameras
    .flatMap(({ externalId, siteExternalId }) => {
      const position = sites.get(siteExternalId)?.position;
      if (!able.has(externalId) || position === undefined) return [];
      return [{ externalId, metres: metresBetween(place, position) }];
    })
    .toSorted((left, right) => left.metres - right.metres)
    .slice(0, nearest);
  const camera = around[Math.floor(random() * around.length)];
  if (camera === undefined) throw new Error('the simulated city has no such camera');
  await asked(`${controlUrl}/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'no_hat', cameraId: camera.externalId }),
  });
}

async function asked<Answer>(url: string, request: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(requestMs) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as Answer;
}
