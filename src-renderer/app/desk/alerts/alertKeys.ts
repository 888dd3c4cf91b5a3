import type { AlertActions } from '../../../features/alerts/alertActions.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import type { DeskRights } from '../deskRights.ts';
import type { DeskFeatureKeys } from '../deskFeature.ts';
import { leaveFocus } from '../deskFocus.ts';

export interface AlertKeysParts {
  alerts: AlertsStore;
  alertActions: AlertActions;
  /** Whether the hub takes commands. */
  connected(): boolean;
  rights: Pick<DeskRights, 'allow'>;
}

/** The keys of alerts. All except a and z act on the alert that is shown. */
export function createAlertKeys({
  alerts,
  alertActions,
  connected,
  rights,
}: AlertKeysParts): DeskFeatureKeys {
  /** While a question is open, digits and Enter answer it, and a letter does nothing else by mistake. */
  const answerKey = (key: string): boolean => {
    if (!connected()) return false;
    if (/^[1-9]$/.test(key)) return alertActions.answer(Number(key));
    if (key === 'Enter') return alertActions.answer();
    return /^[a-z]$/.test(key);
  };
  const plain = (key: string): boolean => {
    const { chosenId, ask, open } = alerts.getState();
    switch (key) {
      case 'a':
        leaveFocus();
        alertActions.jump();
        return true;
      case 'z':
        alertActions.silence();
        return true;
    }
    if (chosenId === undefined) return false;
    if (ask !== undefined) return answerKey(key);
    switch (key) {
      case 'ArrowUp':
      case 'ArrowDown':
        leaveFocus();
        alertActions.step(key === 'ArrowDown' ? 1 : -1);
        return true;
      case 'Enter':
        if (!open.has(chosenId) || !connected()) return false;
        if (rights.allow('alerts:work')) void alertActions.work({ type: 'acknowledge' });
        return true;
      case 'o':
        if (rights.allow('alerts:work')) alertActions.ask('note');
        return true;
      default: {
        const question = ({ r: 'resolve', f: 'false', d: 'duplicate' } as const)[key];
        if (question === undefined || !open.has(chosenId)) return false;
        leaveFocus();
        if (rights.allow('alerts:work')) alertActions.ask(question);
        return true;
      }
    }
  };
  return {
    plain,
    escape: {
      question() {
        if (alerts.getState().ask === undefined) return false;
        alertActions.ask(undefined);
        return true;
      },
      alert() {
        if (alerts.getState().chosenId === undefined) return false;
        alertActions.leave();
        return true;
      },
    },
    help: (t) => [
      {
        title: t('alerts.title'),
        keys: [
          { keys: ['a'], text: t('alerts.keys.jump') },
          { keys: ['Enter'], text: t('alerts.acknowledge') },
          { keys: ['↑', '↓'], text: t('alerts.keys.step') },
          { keys: ['r'], text: t('alerts.resolve') },
          { keys: ['f', '1…6'], text: t('alerts.falseAlarm') },
          { keys: ['d', '1…9'], text: t('alerts.duplicate') },
          { keys: ['o'], text: t('alerts.note') },
          { keys: ['z'], text: t('alerts.silence') },
        ],
      },
    ],
  };
}
