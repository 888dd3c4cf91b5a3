import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { AlertDeed } from '../../../src-shared/alerts/alerts.protocol.ts';
import { pressSilence } from './alertSound.ts';
import { takeAlerts, worstAlert, type AlertsStore } from './alertsStore.ts';

type WorkResult = OutputOf<'alerts:work'>['results'][number];

/** What came of a deed that was not done: the hub's refusal, and who took the alert. */
export type AlertSaying =
  | { refusal: NonNullable<WorkResult['refusal']>; by: string | undefined }
  | { refusal: 'not_sent'; message: string };

/** What an officer does with alerts, by mouse or by key. */
export interface AlertActions {
  choose(alertId: string): void;
  /** Chooses the worst alert that nobody took, and opens its live picture. */
  jump(): void;
  work(deed: AlertDeed): Promise<void>;
  silence(): void;
}

/** Makes the actions over what the hub and the desk offer. */
export function createAlertActions(
  store: AlertsStore,
  parts: {
    work(input: InputOf<'alerts:work'>): Promise<Ack<OutputOf<'alerts:work'>>>;
    newId(): string;
    openLarge(cameraId: string): void;
    tell(saying: AlertSaying): void;
    /** The hub's clock. */
    nowMs(): number;
  },
): AlertActions {
  const choose = (alertId: string): void => {
    store.setState({ chosenId: alertId });
    const cameraId = store.getState().open.get(alertId)?.place?.cameraId;
    if (cameraId !== undefined) parts.openLarge(cameraId);
  };
  return {
    choose,
    jump() {
      const worst = worstAlert(store.getState());
      if (worst !== undefined) choose(worst.alertId);
    },
    async work(deed) {
      const { chosenId } = store.getState();
      if (chosenId === undefined) return;
      const answer = await parts.work({ commandId: parts.newId(), alertIds: [chosenId], deed });
      if (!answer.ok) return parts.tell({ refusal: 'not_sent', message: answer.message });
      for (const { refusal, alert } of answer.data.results) {
        if (alert !== undefined) takeAlerts(store, [alert]);
        if (refusal !== undefined) {
          parts.tell({ refusal, by: alert?.closed?.by.name ?? alert?.acknowledged?.by.name });
        }
      }
    },
    silence() {
      store.setState({ silence: pressSilence(store.getState().silence, parts.nowMs()) });
    },
  };
}
