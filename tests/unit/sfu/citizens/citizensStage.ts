import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import { noteForwardedAddress } from '../../../../src-sfu/base/clientAddress.ts';
import { createCitizenBook, type CitizenBook } from '../../../../src-sfu/features/citizens/citizenBook.ts';
import type { CitizenAlerts } from '../../../../src-sfu/features/citizens/citizens.ports.ts';
import {
  createCitizensService,
  type CitizensService,
} from '../../../../src-sfu/features/citizens/citizens.service.ts';
import { createPublicReports } from '../../../../src-sfu/http/public/publicReports.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';
import { createCitizensRepository } from '../../../../src-sfu/storage/citizens.sql.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { cleanPicture } from '../../../../src-sfu/storage/pictureCleaning.ts';

export const siteCode = 'AAAA-BBBB-CCCC';
export const otherSiteCode = 'DDDD-EEEE-FFFF';

/** A server with reports, over a real store; alerts are kept in memory by the port's rules. */
export interface CitizensStage {
  http: FastifyInstance;
  citizens: CitizensService;
  book: CitizenBook;
  store: Store;
  clock: { nowMs: number };
  alerts: {
    /** As the ledger took them: one for each report. */
    taken: Parameters<CitizenAlerts['take']>[0][];
    pictures: Map<string, Uint8Array>;
    acknowledged: Set<string>;
    isBroken: boolean;
  };
  /** Sites that agreed, by their codes. */
  agreed: Set<string>;
  /** Another hub over the same store. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<CitizensStage> {
  const store = await openStore(':memory:');
  const logger = createLogger('silent');
  const clock = { nowMs: 1_790_000_000_000 };
  const nowMs = (): number => clock.nowMs;
  const alerts: CitizensStage['alerts'] = {
    taken: [],
    pictures: new Map(),
    acknowledged: new Set(),
    isBroken: false,
  };
  const agreed = new Set([siteCode, otherSiteCode]);
  const port: CitizenAlerts = {
    async take(report) {
      if (alerts.isBroken) throw new Error('the disk is full');
      if (!alerts.taken.some(({ reportId }) => reportId === report.reportId)) alerts.taken.push(report);
      return { alertId: `alert of ${report.place.siteId}` };
    },
    alert: async (alertId) =>
      alerts.acknowledged.has(alertId)
        ? { acknowledged: { by: { type: 'officer', id: 'o', name: '王芳' }, atMs: 1 } }
        : {},
    async savePicture(hash, jpeg) {
      alerts.pictures.set(hash, jpeg);
    },
    pictureBytes: async (hash) => alerts.pictures.get(hash)?.byteLength,
  };
  const placeOf = (siteId: string) => ({
    siteId,
    siteName: '一店',
    siteType: 'restaurant' as const,
    district: '咸安区' as const,
  });
  const start = async () => {
    const repository = createCitizensRepository(store);
    const book = createCitizenBook({
      repository,
      alerts: port,
      placeOf: ({ siteId }) => placeOf(siteId),
      logger,
      nowMs,
    });
    await book.load();
    const citizens = createCitizensService({
      book,
      repository,
      alerts: port,
      openSite: (code) =>
        agreed.has(code) ? { siteId: `site ${code}`, place: placeOf(`site ${code}`) } : undefined,
      cleanPhoto: cleanPicture,
      logger,
      nowMs,
    });
    // As the public's server, which counts requests besides by the running clock of the machine.
    const http = Fastify({ bodyLimit: 1, forceCloseConnections: true });
    http.removeAllContentTypeParsers();
    http.addHook('onRequest', async ({ raw }) =>
      noteForwardedAddress(raw, (address) => address === '192.0.2.254'),
    );
    await http.register(createPublicReports({ ...citizens, refused: () => citizens.count('refused') }));
    return { book, citizens, http };
  };
  const stage: CitizensStage = {
    ...(await start()),
    store,
    clock,
    alerts,
    agreed,
    async restart() {
      stage.book.close();
      await stage.http.close();
      Object.assign(stage, await start());
    },
    async close() {
      stage.book.close();
      await stage.http.close();
      await (store as unknown as { destroy(): Promise<void> }).destroy();
    },
  };
  return stage;
}

export const newId = (): string => randomBytes(16).toString('hex');

/** A form as browsers send it: text as UTF-8, everything else byte for byte. */
export function formOf(parts: Record<string, string | Buffer | { bytes: Buffer; fileName: string }>): {
  headers: Record<string, string>;
  payload: Buffer;
} {
  const boundary = '----form';
  const pieces = Object.entries(parts).flatMap(([name, part]) => {
    const { bytes, fileName } =
      typeof part === 'string' || Buffer.isBuffer(part)
        ? { bytes: Buffer.from(part), fileName: undefined }
        : part;
    const file = fileName === undefined ? '' : `; filename="${fileName}"`;
    return [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`),
      bytes,
      Buffer.from('\r\n'),
    ];
  });
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** Sends a report from an address, some milliseconds after the one before. */
export async function send(
  { http, clock }: CitizensStage,
  parts: Parameters<typeof formOf>[0],
  remoteAddress = '192.0.2.1',
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  clock.nowMs += 50;
  const form = formOf(parts);
  return http.inject({
    method: 'POST',
    url: '/public/reports',
    remoteAddress,
    headers: { ...form.headers, ...headers },
    payload: form.payload,
  });
}

export async function follow(
  { http }: CitizensStage,
  code: string,
  remoteAddress = '192.0.2.1',
): Promise<LightMyRequestResponse> {
  return http.inject({ url: '/public/report', remoteAddress, headers: { 'x-report-code': code } });
}
