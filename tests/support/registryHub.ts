import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistryService } from '../../src-sfu/features/cameras/registry.service.ts';
import { createDoors } from '../../src-sfu/base/doors.ts';
import { accessKeyDoor, createAccessGuard } from '../../src-sfu/http/accessGuard.ts';
import { createRegistryRoutes } from '../../src-sfu/http/cameras/registryRoutes.ts';
import { createHttpServer } from '../../src-sfu/http/httpServer.ts';
import { createMetrics } from '../../src-sfu/http/metrics.ts';
import { createLogger } from '../../src-sfu/logger.ts';
import { createCamerasRepository } from '../../src-sfu/storage/cameras.sql.ts';
import { openStore } from '../../src-sfu/storage/database.ts';
import { createRegistryRepository } from '../../src-sfu/storage/registry.sql.ts';
import { openSecretBox } from '../../src-sfu/storage/secretBox.ts';
import type { RegistryImportReport } from '../../src-shared/cameras/registryReport.ts';

/** The hub's registry alone, over HTTP and a real database file in a folder of its own. */
export async function startRegistryHub({ trustLoopback = true } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'mingchu-registry-'));
  const store = await openStore(dataDir);
  const secrets = openSecretBox(dataDir);
  const imported: RegistryImportReport[] = [];
  const registry = createRegistryService({
    repository: createRegistryRepository(store, secrets),
    nowMs: () => Date.now(),
    onImported: (report) => {
      imported.push(report);
      return Promise.resolve();
    },
  });
  const guard = createAccessGuard('the-key', trustLoopback);
  const http = await createHttpServer({
    guard,
    doors: createDoors([accessKeyDoor(guard)]),
    metrics: createMetrics([]),
    routes: (admit) => [createRegistryRoutes({ registry, admit: admit('cameras:manage') })],
    surfacesDir: join(dataDir, 'no-surfaces'),
    health: () => ({ healthy: true, detail: {} }),
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
