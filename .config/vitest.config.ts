import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Pages that are read and typed into, with no video whose pictures are counted: two browsers do not disturb one another. */
const pages = ['deskAccounts', 'deskRights', 'signIn', 'site', 'storage'].map(
  (name) => `tests/e2e/${name}.e2e.test.ts`,
);

/** Unit tests that replace whole modules, start what a process starts once, count the timers that are left, or measure how long a thread takes: nothing of another file may run beside them. */
const apart = [
  'main/hangWatch.test.ts',
  'renderer/app/deskActions.test.ts',
  'renderer/app/deskRights.test.tsx',
  'renderer/app/deskSurface.test.tsx',
  'renderer/app/deskTalk.test.ts',
  'renderer/app/fieldSession.test.tsx',
  'renderer/app/wall/wallSurface.test.tsx',
  'renderer/features/talk/padWatch.test.ts',
  'renderer/media/dutyMedia.test.ts',
  'renderer/media/receiveSlots.test.ts',
  'renderer/media/receiver.test.ts',
  'sfu/base/sharedInterval.test.ts',
  'sfu/http/alerts/alertBodyReader.test.ts',
  'sfu/media/datagramReceiver.test.ts',
  'sfu/media/cascade/upperLink.test.ts',
  'sfu/media/ingest/reorderBuffer.test.ts',
  'sfu/media/sources/gb28181/sipTransport.test.ts',
  'sfu/media/sources/rtsp/readRounds.test.ts',
  'sfu/orders/orderRoads.test.ts',
  'sfu/public/pendingHides.test.ts',
].map((name) => `tests/unit/${name}`);

/**
 * Unit tests run side by side, on two cores. Integration tests wait for real servers most of their time (they keep a core busy for a third of it), so three files run at a time.
 * End-to-end tests draw with both cores, so one file at a time, after all others; only the files of `pages` run two at a time.
 */
export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          exclude: apart,
          environment: 'node',
          // Modules are loaded once for all files of a worker: loading them for each costs a quarter of the time.
          isolate: false,
          setupFiles: ['tests/support/afterEachFile.ts'],
          // Generous: a slow, shared machine must not fail a test that only draws or fuzzes for a while.
          testTimeout: 60_000,
          // Left to itself, the runner keeps one core for itself, and half of a machine of two cores is idle.
          maxWorkers: 2,
        },
      },
      {
        root,
        test: {
          name: 'apart',
          include: apart,
          environment: 'node',
          testTimeout: 60_000,
          maxWorkers: 2,
          // Beside the unit tests they would make each other late.
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        root,
        test: {
          name: 'pages',
          include: pages,
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        root,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: pages,
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
