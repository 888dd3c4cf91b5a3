import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import { falseAlarmReasons } from '../../../src-shared/alerts/alert.ts';
import type { AlertDeed } from '../../../src-shared/alerts/alerts.protocol.ts';
import { pressSilence } from './alertSound.ts';
import {
  neighbourAlert,
  originalsOf,
  takeAlerts,
  worstAlert,
  type AlertAsk,
  type AlertsStore,
} from './alertsStore.ts';

type WorkResult = OutputOf<'alerts:work'>['results'][number];

/** The reason why an action was not done: the hub's refusal, and who acknowledged the alert. */
export type AlertSaying =
  | { refusal: NonNullable<WorkResult['refusal']>; by: string | undefined }
  | ({ refusal: 'not_sent'; message: string } & Pick<Refused, 'reason' | 'parameters'>);

/** What an officer does with alerts, by mouse or by key. */
export interface AlertActions {
  /** Shows an alert, with the live picture of its camera; an alert that is not open comes with its camera. */
  choose(alertId: string, cameraId?: string): void;
  /** Closes the alert that is shown, with its picture. */
  leave(): void;
  /** Chooses the most urgent alert that nobody has acknowledged, and opens its live picture. */
  jump(): void;
  /** Chooses the next or the former of the queue. */
  step(by: 1 | -1): void;
  /** Unfolds or folds the alerts of a group. */
  toggleGroup(groupId: string): void;
  /** Carries out an action on the chosen alert, or on the named alerts. */
  work(deed: AlertDeed, options?: { note?: string; alertIds?: readonly string[] }): Promise<void>;
  /** Opens a question about the chosen alert; with none closes it. */
  ask(type: AlertAsk['type'] | undefined): void;
  writeNote(note: string): void;
  /** Answers the question: with the number of a reason or an original, or without one. False when that is not a valid answer. */
  answer(number?: number): boolean;
  silence(): void;
}

/** The command as the hub expects it. */
const mostAtOnce = 200;

/** Makes the actions over what the hub and the desk offer. */
export function createAlertActions(
  store: AlertsStore,
  parts: {
    work(input: InputOf<'alerts:work'>): Promise<Ack<OutputOf<'alerts:work'>>>;
    newId(): string;
    /** Shows a camera enlarged; undefined closes it. */
    watch(cameraId: string | undefined): void;
    notify(saying: AlertSaying): void;
    /** The hub's clock. */
    nowMs(): number;
  },
): AlertActions {
  const choose: AlertActions['choose'] = (alertId, cameraId) => {
    store.setState({ chosenId: alertId, ask: undefined });
    parts.watch(cameraId ?? store.getState().open.get(alertId)?.place?.cameraId);
  };
  const unfold = (groupId: string): void =>
    store.setState({ unfolded: new Set([...store.getState().unfolded, groupId]) });

  const work: AlertActions['work'] = async (deed, { note, alertIds } = {}) => {
    const { chosenId } = store.getState();
    const ids = [...(alertIds ?? (chosenId === undefined ? [] : [chosenId]))].slice(0, mostAtOnce);
    if (ids.length === 0) return;
    const answer = await parts.work({
      commandId: parts.newId(),
      alertIds: ids,
      deed,
      ...(note === undefined || note.trim() === '' ? {} : { note: note.trim() }),
    });
    if (!answer.ok) {
      const { message, reason, parameters } = answer;
      const words = parameters === undefined ? { reason } : { reason, parameters };
      return parts.notify({ refusal: 'not_sent', message, ...words });
    }
    for (const { refusal, alert } of answer.data.results) {
      if (alert !== undefined) takeAlerts(store, [alert]);
      if (refusal !== undefined) {
        parts.notify({ refusal, by: alert?.closed?.by.name ?? alert?.acknowledged?.by.name });
      }
    }
  };

  return {
    choose,
    leave() {
      store.setState({ chosenId: undefined, ask: undefined });
      parts.watch(undefined);
    },
    jump() {
      const worst = worstAlert(store.getState());
      if (worst !== undefined) choose(worst.alertId);
    },
    step(by) {
      const next = neighbourAlert(store.getState(), by);
      if (next === undefined) return;
      if (next.groupId !== undefined) unfold(next.groupId);
      choose(next.alert.alertId);
    },
    toggleGroup(groupId) {
      const unfolded = new Set(store.getState().unfolded);
      if (!unfolded.delete(groupId)) unfolded.add(groupId);
      store.setState({ unfolded });
    },
    work,
    ask: (type) => store.setState({ ask: type === undefined ? undefined : { type, note: '' } }),
    writeNote(note) {
      const { ask } = store.getState();
      if (ask !== undefined) store.setState({ ask: { ...ask, note } });
    },
    answer(number) {
      const { ask, chosenId, open } = store.getState();
      if (ask === undefined || chosenId === undefined) return false;
      const alert = open.get(chosenId);
      const deed = deedOf(ask, number, alert === undefined ? [] : originalsOf(alert, open));
      if (deed === undefined) return false;
      store.setState({ ask: undefined });
      void work(deed, { note: ask.note });
      return true;
    },
    silence() {
      store.setState({ silence: pressSilence(store.getState().silence, parts.nowMs()) });
    },
  };
}

function deedOf(
  { type, note }: AlertAsk,
  number: number | undefined,
  originals: readonly { alertId: string }[],
): AlertDeed | undefined {
  const index = (number ?? 0) - 1;
  switch (type) {
    case 'resolve':
      return number === undefined ? { type: 'resolve' } : undefined;
    case 'note':
      return number === undefined && note.trim() !== '' ? { type: 'note' } : undefined;
    case 'false': {
      const reason = falseAlarmReasons[index];
      return reason === undefined ? undefined : { type: 'callFalse', reason };
    }
    case 'duplicate': {
      const original = originals[index];
      return original === undefined ? undefined : { type: 'callDuplicate', of: original.alertId };
    }
  }
}
