import { markOf, type Alert, type AlertMark } from '../../src-shared/alerts/alertView.ts';
import type { Scope } from '../../src-shared/session/principal.ts';
import { countsInScope, isAlertInScope } from '../features/alerts/alertScope.ts';
import type { AlertsService } from '../features/alerts/alerts.service.ts';
import type { Signaling } from '../signaling/signaling.ts';

/** Notifies surfaces of alerts from now on, each of those of its scope. */
export function announceAlerts(alerts: AlertsService, surfaces: Signaling): void {
  alerts.onNews(({ arrived, changed }) => {
    const seen = <Some extends AlertMark>(some: readonly Some[], scope: Scope): Some[] =>
      some.filter((alert) => isAlertInScope(alert, scope));
    const announce = (name: 'alerts:arrived' | 'alerts:changed', some: readonly Alert[]): void =>
      surfaces.broadcastFor(name, ({ scope }) => {
        const own = seen(some, scope);
        return own.length === 0 ? undefined : { alerts: own };
      });
    announce('alerts:arrived', arrived);
    announce('alerts:changed', changed);
    const marks = [...arrived, ...changed].map(markOf);
    surfaces.broadcastFor('alerts:marksChanged', ({ scope }) => ({ marks: seen(marks, scope) }));
  });
  alerts.onCounts((counts) =>
    surfaces.broadcastFor('alerts:countsChanged', ({ scope }) => ({
      counts: countsInScope(counts, alerts.book.open(), scope),
    })),
  );
  alerts.onKinds((kinds) => surfaces.broadcast('alerts:kindsChanged', { kinds }));
}
