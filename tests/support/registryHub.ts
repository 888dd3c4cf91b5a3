import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nothingPublished } from '../../src-sfu/features/cameras/publishedSites.ts';
import { createRegistryService } from '../../src-sfu/features/cameras/registry.service.ts';
import { createDoors, type PrincipalDoor } from '../../src-sfu/base/doors.ts';
import { readCookies } from '../../src-sfu/http/accounts/cookies.ts';
import { createHostGuard } from '../../src-sfu/http/hostGuard.ts';
import { createRegistryRoutes } from '../../src-sfu/http/cameras/registryRoutes.ts';
import { createHttpServer } from '../../src-sfu/http/httpServer.ts';
import { createMetrics } from '../../src-sfu/http/metrics.ts';
import { createLogger } from '../../src-sfu/logger.ts';
import { createCamerasRepository } from '../../src-sfu/storage/cameras.sql.ts';
import { openStore } from '../../src-sfu/storage/database.ts';
import { createRegistryRepository } from '../../src-sfu/storage/registry.sql.ts';
import { openSecretBox } from '../../src-sfu/storage/secretBox.ts';
import { wholeCity } from '../../src-shared/session/principal.ts';
import { administratorCookie } from './testAccount.ts';
import type { RegistryOutcome } from '../../src-sfu/features/cameras/registry.repository.ts';

/** What stands for a key of the registry here. */
export const registryKey = 'registry-key-of-tests';

/** Knows the administrator of tests by the cookie, and `registryKey`. */
const door: PrincipalDoor = {
  isConfirmed: (sessionId) => sessionId === 'sign-in-of-tests',
  principalOf(visit) {
    const isKnown = readCookies('person', visit).some((value) => administratorCookie.endsWith(`=${value}`));
    if (!isKnown && visit.credentials.key !== registryKey) return undefined;
    return {
      kind: 'person',
      accountId: 'administrator-of-tests',
      name: '',
      role: 'administrator',
      scope: wholeCity,
      sessionId: 'sign-in-of-tests',
      device: '',
      address: visit.address,
    };
  },
};

/** The hub's registry alone, over HTTP and a real database file in a folder of its own. */
export async function startRegistryHub() {
  const dataDir = mkdtempSync(join(tmpdir(), 'mingchu-registry-'));
  const store = await openStore(dataDir);
  const secrets = openSecretBox(dataDir);
  const imported: RegistryOutcome[] = [];
  const registry = createRegistryService({
    repository: createRegistryRepository(store, secrets),
    nowMs: () => Date.now(),
    published: () => ({ ...nothingPublished, today: () => '2026-03-02' }),
    onImported: (report) => {
      imported.push(report);
      return Promise.resolve();
    },
  });
  const http = await createHttpServer({
    guard: createHostGuard(),
    doors: createDoors([door]),
    metrics: createMetrics([]),
    routes: (admit) => [createRegistryRoutes({ registry, admit, recordExport: () => Promise.resolve() })],
    surfacesDir: join(dataDir, 'no-surfaces'),
    health: () => ({ level: 'ok' as const, detail: {} }),
    onDenied: () => undefined,
    logger: createLogger('silent'),
  });
  await http.listen({ host: '127.0.0.1', port: 0 });
  const { port } = http.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDir,
    store,
    registry,
    cameras: createCamerasRepository(store, secrets),
    /** Reports of imports that changed something. */
    imported,
    async close() {
      await http.close();
      await store.destroy();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
export type RegistryHub = Awaited<ReturnType<typeof startRegistryHub>>;
