import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAlerts } from './alerts.bench.ts';
import { benchAlertsExport } from './alertsExport.bench.ts';
import { benchAlertsScreen } from './alertsScreen.bench.ts';
import { runBenchParts } from './benchParts.ts';
import { benchBodyCamFreeze, benchBodyCamGlass, benchBodyCamStart } from './bodyCam.bench.ts';
import { benchFieldReconnect } from './fieldReconnect.bench.ts';
import { benchGbCatalog, benchGbFirstPicture, benchGbGlass, benchGbRegister } from './gb.bench.ts';
import { benchGbFlood } from './gbFlood.bench.ts';
import { benchGbCapacity } from './gbCapacity.bench.ts';
import { benchHub } from './hub.bench.ts';
import { benchHubRequests } from './hubRequests.bench.ts';
import { benchDesk } from './desk.bench.ts';
import { benchIngest } from './ingest.bench.ts';
import { benchIngestCapacity } from './ingestCapacity.bench.ts';
import { benchIngestCost } from './ingestCost.bench.ts';
import { benchMap } from './map.bench.ts';
import { benchOnvifDiscovery } from './onvif.bench.ts';
import { benchOnvifWizard } from './onvifWizard.bench.ts';
import { benchOutbox } from './outbox.bench.ts';
import { benchOutboxPages } from './outboxPages.bench.ts';
import { benchOutboxSteps } from './outboxSteps.bench.ts';
import { benchOrderKeys } from './orderKeys.bench.ts';
import { benchOrdersDispatch, benchOrdersStep } from './ordersPages.bench.ts';
import { benchOrdersBurst } from './ordersBurst.bench.ts';
import { benchFirstPicture, benchPublicViewers, benchSoftenCost } from './public.bench.ts';
import { benchPublicBeside } from './publicBeside.bench.ts';
import { benchPublicFlood } from './publicFlood.bench.ts';
import { benchShowcaseCurtain } from './showcase.bench.ts';
import { benchShowcaseChild } from './showcaseChild.bench.ts';
import { benchShowcaseSoak } from './showcaseSoak.bench.ts';
import { benchOrdersRank } from './ordersRank.bench.ts';
import { benchKitchenTalk } from './kitchenTalk.bench.ts';
import { benchPtz, benchPtzRunaways } from './ptz.bench.ts';
import { benchPosition } from './position.bench.ts';
import { benchRegistry } from './registry.bench.ts';
import { benchSfu } from './sfu.bench.ts';
import { benchShell } from './shell.bench.ts';
import { benchSoak } from './soak.bench.ts';
import { talkBenches } from './talk.bench.ts';
import { benchTalkGroups } from './talkGroups.bench.ts';
import { benchTimelineOpen } from './timelineOpen.bench.ts';
import { benchTrustBodies } from './trustBodies.bench.ts';
import { benchTrustFlood } from './trustFlood.bench.ts';
import { benchTrustFuzz } from './trustFuzz.bench.ts';
import { benchTrustKills } from './trustKills.bench.ts';
import { wallBenches } from './wall.bench.ts';
import { benchWallBurst } from './wallBurst.bench.ts';
import { benchWallFaults } from './wallFaults.bench.ts';
import { wallFramesBenches } from './wallFrames.bench.ts';
import { benchCascadeFirstPicture } from './cascade.bench.ts';
import { benchWhep, benchWhepByGstreamer } from './whep.bench.ts';
import { benchWallQuad } from './wallQuad.bench.ts';
import { benchWallSync } from './wallSync.bench.ts';
import type { Bench, BenchOptions } from './figures.ts';

/** What can be measured. An area is the first word of its figures; its parts can be asked for alone. */
const benches: Record<string, Bench> = {
  hub: benchHub,
  'hub.requests': benchHubRequests,
  registry: benchRegistry,
  alerts: benchAlerts,
  'alerts.export': benchAlertsExport,
  'alerts.screen': benchAlertsScreen,
  map: benchMap,
  ...wallBenches,
  ...wallFramesBenches,
  'wall.burst': benchWallBurst,
  'wall.sync': benchWallSync,
  'wall.quad': benchWallQuad,
  'wall.faults': benchWallFaults,
  desk: benchDesk,
  ingest: benchIngest,
  'ingest.capacity': benchIngestCapacity,
  'ingest.cost': benchIngestCost,
  sfu: benchSfu,
  shell: benchShell,
  ...talkBenches,
  'talk.groups': benchTalkGroups,
  'bodycam.start': benchBodyCamStart,
  'bodycam.glass_to_glass': benchBodyCamGlass,
  'bodycam.freeze_noticed': benchBodyCamFreeze,
  'position.to_marker': benchPosition,
  'field.reconnect': benchFieldReconnect,
  outbox: benchOutbox,
  'outbox.pages': benchOutboxPages,
  'outbox.steps': benchOutboxSteps,
  'orders.case_keys': benchOrderKeys,
  'orders.dispatch': benchOrdersDispatch,
  'orders.step': benchOrdersStep,
  'orders.rank': benchOrdersRank,
  'showcase.curtain': benchShowcaseCurtain,
  'soften.cost': benchSoftenCost,
  'public.first_picture': benchFirstPicture,
  'public.viewers': benchPublicViewers,
  'public.viewers.beside': benchPublicBeside,
  'public.flood': benchPublicFlood,
  'orders.burst': benchOrdersBurst,
  'timeline.open': benchTimelineOpen,
  'kitchen.talk': benchKitchenTalk,
  'ptz.keys': benchPtz,
  'ptz.runaways': benchPtzRunaways,
  'gb.register': benchGbRegister,
  'gb.catalog': benchGbCatalog,
  'gb.first_picture': benchGbFirstPicture,
  'gb.glass_to_glass': benchGbGlass,
  'gb.capacity': benchGbCapacity,
  'gb.flood': benchGbFlood,
  'onvif.discovery': benchOnvifDiscovery,
  'onvif.wizard': benchOnvifWizard,
  'trust.bodies': benchTrustBodies,
  'trust.flood': benchTrustFlood,
  'trust.fuzz': benchTrustFuzz,
  'trust.kills': benchTrustKills,
  'cascade.first_picture': benchCascadeFirstPicture,
  'whep.first_frame': benchWhep,
  'whep.first_frame.gstreamer': benchWhepByGstreamer,
  soak: benchSoak,
  'showcase.soak': benchShowcaseSoak,
  'showcase.child': benchShowcaseChild,
};
/** Parts without an end of their own run only when they are named. */
const namedOnly = new Set(['soak', 'showcase.soak', 'showcase.child']);
/** The longest part takes about ten minutes; one that hangs must not keep the others from running. */
const partLimitMs = 1_800_000;

/**
 * `npm run bench -- <area>… [--turns N] [--rounds N] [--minutes N] [--seconds N] [--ingests N] [--count N] [--seed N] [--kills N] [--pace N] [--width N]`: one JSON object a line on stdout;
 * everything else goes to stderr. `wall` means all of the wall's parts, `wall.burst` only that one. A part that fails is
 * printed as `{"failed":"wall.burst","message":"…"}`, the others run, and the exit code is 1 at the end.
 */
async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values, positionals: asked } = parseArgs({
    options: {
      turns: text,
      rounds: text,
      minutes: text,
      seconds: text,
      ingests: text,
      count: text,
      seed: text,
      kills: text,
      pace: text,
      width: text,
    },
    allowPositionals: true,
  });
  const options: BenchOptions = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, countOf(name, value)]),
  );
  const isAskedFor = (name: string): boolean =>
    asked.length === 0
      ? !namedOnly.has(name)
      : asked.some((area) => name === area || name.startsWith(`${area}.`));
  const names = Object.keys(benches);
  const unknown = asked.filter((area) => !names.some((name) => name === area || name.startsWith(`${area}.`)));
  if (unknown.length > 0) {
    throw new Error(`unknown area ${unknown.join(', ')}; there are: ${names.join(', ')}`);
  }
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);
  progress(`on ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`);
  const failed = await runBenchParts({
    parts: Object.fromEntries(Object.entries(benches).filter(([name]) => isAskedFor(name))),
    options,
    print: (line) => void process.stdout.write(`${JSON.stringify(line)}\n`),
    progress,
    limitMs: (name) => (namedOnly.has(name) ? undefined : partLimitMs),
  });
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function countOf(name: string, value: string): number {
  const count = Number(value);
  if (!Number.isFinite(count) || count <= 0)
    throw new Error(`--${name} needs a number above 0, not "${value}"`);
  return count;
}

main().then(
  // What a failed part left open must not keep the process alive.
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
