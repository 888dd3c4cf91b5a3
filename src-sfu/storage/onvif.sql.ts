import { z } from 'zod';
import type { OnvifDeviceRecord, OnvifRepository } from '../features/onvif/onvif.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import type { SecretBox } from './secretBox.ts';

type OnvifTables = {
  onvif_devices: {
    id: string;
    endpoint: string | null;
    host: string;
    port: number;
    username: string | null;
    password_sealed: string | null;
    document: string;
    changed_at_ms: number;
  };
  onvif_presets: { device_id: string; profile_token: string; number: number; token: string };
};

const profileForm = z.object({
  profileToken: z.string(),
  codec: z.string().exactOptional(),
  width: z.number().exactOptional(),
  height: z.number().exactOptional(),
});

/** What is kept of a device and never searched. */
const documentForm = z.object({
  path: z.string(),
  tls: z.object({ fingerprint: z.string().exactOptional() }).exactOptional(),
  name: z.string(),
  foundBy: z.enum(['probe', 'address']),
  make: z.string().exactOptional(),
  model: z.string().exactOptional(),
  serial: z.string().exactOptional(),
  hasEvents: z.boolean(),
  alertsOnMotion: z.boolean().exactOptional(),
  streams: z.array(
    z.object({
      sourceToken: z.string(),
      name: z.string(),
      main: profileForm,
      sub: profileForm.exactOptional(),
      turnToken: z.string().exactOptional(),
      canHear: z.boolean(),
      earToken: z.string().exactOptional(),
      eventTokens: z.array(z.string()),
    }),
  ),
});

/** ONVIF devices in the store. A password is sealed for its device and its address, and opens for no other. */
export function createOnvifRepository(store: Store, secrets: SecretBox): OnvifRepository {
  const tables = store.withTables<OnvifTables>();
  const binding = ({ deviceId, host, port }: Pick<OnvifDeviceRecord, 'deviceId' | 'host' | 'port'>): string =>
    `onvif ${deviceId} ${host}:${port}`;
  const opened = (row: OnvifTables['onvif_devices']): OnvifDeviceRecord['credentials'] => {
    if (row.username === null || row.password_sealed === null) return undefined;
    try {
      const place = { deviceId: row.id, host: row.host, port: Number(row.port) };
      return { username: row.username, password: secrets.open(row.password_sealed, binding(place)) };
    } catch {
      return undefined;
    }
  };
  return {
    async list() {
      const rows = await tables.selectFrom('onvif_devices').selectAll().orderBy('id').execute();
      return rows.flatMap((row) => {
        const document = documentOf(row.document);
        if (document === undefined) return [];
        const { id: deviceId, endpoint, host, port } = row;
        const credentials = opened(row);
        return [
          {
            ...document,
            deviceId,
            endpoint: endpoint ?? undefined,
            host,
            port: Number(port),
            credentials,
            ...(credentials === undefined && row.password_sealed !== null ? { isLocked: true } : {}),
          },
        ];
      });
    },
    async save(devices, { action, actor, atMs, detail = {} }) {
      await store.transaction().execute(async (transaction) => {
        for (const device of devices) {
          const { deviceId, host, port, credentials, isLocked } = device;
          const plain = { ...plainColumns(device), host, port, changed_at_ms: atMs };
          const secret = {
            username: credentials?.username ?? null,
            password_sealed:
              credentials === undefined ? null : secrets.seal(credentials.password, binding(device)),
          };
          // The right key may come back: what it opens is not thrown away.
          const kept = credentials === undefined && isLocked === true ? plain : { ...plain, ...secret };
          await transaction
            .withTables<OnvifTables>()
            .insertInto('onvif_devices')
            .values({ id: deviceId, ...plain, ...secret })
            .onConflict((conflict) => conflict.column('id').doUpdateSet(kept))
            .execute();
        }
        await appendAudit(
          transaction,
          ...devices.map(({ deviceId, name, host, credentials }) => ({
            atMs,
            actor,
            action,
            subject: deviceId,
            detail: {
              name,
              host,
              ...detail,
              ...(credentials === undefined ? {} : { username: credentials.username }),
            },
          })),
        );
      });
    },
    async keep(device, atMs) {
      await tables
        .updateTable('onvif_devices')
        .set({ ...plainColumns(device), changed_at_ms: atMs })
        .where('id', '=', device.deviceId)
        .where('host', '=', device.host)
        .where('port', '=', device.port)
        .execute();
    },
    async remove(deviceId, actor, atMs) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<OnvifTables>();
        await within.deleteFrom('onvif_devices').where('id', '=', deviceId).execute();
        await within.deleteFrom('onvif_presets').where('device_id', '=', deviceId).execute();
        const line = { atMs, actor, action: 'onvif:forget', subject: deviceId, detail: {} };
        await appendAudit(transaction, line);
      });
    },
    async searched(detail, actor, atMs) {
      await store.transaction().execute(async (transaction) => {
        await appendAudit(transaction, { atMs, actor, action: 'onvif:search', subject: 'network', detail });
      });
    },
    async presetTokens() {
      const rows = await tables.selectFrom('onvif_presets').selectAll().execute();
      return rows.map(({ device_id, profile_token, number, token }) => ({
        deviceId: device_id,
        profileToken: profile_token,
        number: Number(number),
        token,
      }));
    },
    async savePresetToken({ deviceId, profileToken, number, token }) {
      await tables
        .insertInto('onvif_presets')
        .values({ device_id: deviceId, profile_token: profileToken, number, token })
        .onConflict((conflict) =>
          conflict.columns(['device_id', 'profile_token', 'number']).doUpdateSet({ token }),
        )
        .execute();
    },
    async removePresetToken({ deviceId, profileToken, number }) {
      await tables
        .deleteFrom('onvif_presets')
        .where('device_id', '=', deviceId)
        .where('profile_token', '=', profileToken)
        .where('number', '=', number)
        .execute();
    },
  };
}

/** The columns of what a device says of itself. */
function plainColumns(device: OnvifDeviceRecord): { endpoint: string | null; document: string } {
  const { path, tls, name, foundBy, make, model, serial, hasEvents, alertsOnMotion, streams, endpoint } =
    device;
  const document = { path, tls, name, foundBy, make, model, serial, hasEvents, alertsOnMotion, streams };
  return { endpoint: endpoint ?? null, document: JSON.stringify(document) };
}

/** What an earlier version stored and this one does not know is searched again. */
function documentOf(text: string): z.output<typeof documentForm> | undefined {
  try {
    return documentForm.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
