import type { AlertActor } from '../../../src-shared/alerts/alert.ts';
import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import { nowhere, type Scope } from '../../../src-shared/session/principal.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import { filterInScope } from './alertScope.ts';
import type { SnapshotFiles } from './alertPictures.ts';
import { RefusedByStoreError, type AlertsRepository } from './alerts.repository.ts';
import type { AlertsService } from './alerts.service.ts';

type AlertRequestName = Extract<keyof RequestHandlers, `alerts:${string}`>;

export interface AlertHandlersOptions {
  alerts: AlertsService;
  repository: AlertsRepository;
  files: SnapshotFiles;
}

const shownOccurrences = 100;

/** Requests about alerts. */
export function createAlertHandlers(options: AlertHandlersOptions): RequestHandlers<AlertRequestName> {
  const { alerts, repository, files } = options;
  return {
    'alerts:work': async (context, command) => {
      if (command.deed.type === 'note' && command.note === undefined) {
        return refuse('bad_request', 'Write the note that is to be kept.', { reason: 'alerts.note_missing' });
      }
      try {
        return ok(await alerts.work(command, actorOf(context)));
      } catch (error) {
        const isRefused = error instanceof RefusedByStoreError;
        return refuse(isRefused ? 'bad_request' : 'unavailable', (error as Error).message, {
          reason: isRefused ? 'alerts.not_storable' : 'alerts.not_durable',
        });
      }
    },
    'alerts:read': async (_context, { alertId }) => {
      const alert = await alerts.alert(alertId);
      if (alert === undefined)
        return refuse('not_found', `There is no alert ${alertId}.`, { reason: 'alerts.no_such_alert' });
      const [history, occurrences] = await Promise.all([
        repository.history(alertId),
        repository.occurrences(alertId, shownOccurrences),
      ]);
      // A desk does not need the id of the key: its name says which platform reported.
      const shown = occurrences.map(({ keyId: _keyId, alertId: _alertId, ...occurrence }) => occurrence);
      return ok({ alert, history, occurrences: shown });
    },
    'alerts:getSnapshot': async (_context, { alertId, hash }) => {
      const alert = await alerts.alert(alertId);
      if (alert === undefined)
        return refuse('not_found', `There is no alert ${alertId}.`, { reason: 'alerts.no_such_alert' });
      const wanted = hash ?? alert.snapshot?.hash;
      if (wanted === undefined) return ok({ state: 'none' as const });
      const belongs =
        wanted === alert.snapshot?.hash ||
        (await repository.occurrences(alertId, shownOccurrences)).some(
          ({ snapshotHash }) => snapshotHash === wanted,
        );
      if (!belongs)
        return refuse('not_found', `Alert ${alertId} has no such snapshot.`, {
          reason: 'alerts.no_such_snapshot',
        });
      const record = await repository.findSnapshot(wanted);
      if (record?.state !== 'ready') return ok({ state: record?.state ?? ('none' as const) });
      const jpeg = await files.read(wanted);
      return ok(
        jpeg === undefined
          ? { state: 'unusable' as const }
          : { state: 'ready' as const, jpeg: Buffer.from(jpeg) },
      );
    },
    'alerts:search': async (context, { filter, limit, cursor }) => {
      const own = filterInScope(filter, scopeOf(context));
      return ok(own === undefined ? { alerts: [], total: 0 } : await repository.search(own, limit, cursor));
    },
    'alerts:readStatistics': async (context, { filter }) => {
      const own = filterInScope(filter, scopeOf(context));
      return ok(
        own === undefined ? { perHour: [], perKind: [], perCamera: [] } : await repository.statistics(own),
      );
    },
    'alerts:saveKind': async (context, { kind }) =>
      ok({ kinds: await alerts.saveKind(kind, actorOf(context).name) }),
  };
}

function scopeOf({ identity }: SurfaceContext): Scope {
  return identity?.principal.scope ?? nowhere;
}

/**
 * Who sits at the desk: the account, otherwise the officer who gave a name, otherwise the seat. The id does not change with the
 * connection of an account, for repeated commands are recognised by it, also after the hub was killed.
 */
function actorOf(context: SurfaceContext): AlertActor {
  const { principal, officer } = context.identity ?? {};
  if (principal?.kind === 'person' && principal.name !== '') {
    return { type: 'officer', id: principal.accountId, name: principal.name.slice(0, 40) };
  }
  if (officer !== undefined) return { type: 'officer', ...officer };
  return { type: 'officer', id: principal?.accountId ?? context.connectionId, name: deskName(context) };
}
