import type { DeskTurning } from '../../../features/turning/deskTurning.ts';
import { bodyCamMemberId } from '../../../../src-shared/bodycam/bodycam.protocol.ts';
import type { DeskFeature } from '../deskFeature.ts';
import { isChoice, isField, leaveFocus } from '../deskFocus.ts';
import type { DeskStore } from '../DeskState.ts';

/** Turning the camera that is shown large, by the keys; the pad stands under the picture. */
export function createTurningFeature({
  desk,
  turning,
}: {
  desk: DeskStore;
  turning: DeskTurning;
}): DeskFeature<'turning:changed' | 'cameras:directoryChanged'> {
  const watch = (): void => {
    const { largeCameraId } = desk.getState();
    const isBodyCam = largeCameraId !== undefined && bodyCamMemberId(largeCameraId) !== undefined;
    turning.watch(isBodyCam ? undefined : largeCameraId);
  };
  desk.subscribe((state, before) => {
    if (state.largeCameraId !== before.largeCameraId) watch();
  });
  turning.store.subscribe((state, before) => {
    if (state.turning?.cameraId === before.turning?.cameraId || !turning.canTurn()) return;
    // The row that was opened keeps the focus, and with it the arrow keys, which are the camera's now.
    if (!isField(document.activeElement)) leaveFocus();
  });
  return {
    keys: {
      underway({ key, event }) {
        if (!turning.canTurn() || isTaken(event.target)) return false;
        // A key that is held says so again and again; it is down already.
        if (event.repeat) return /^(Arrow|[+\-=_,.]$)/.test(key);
        if (turning.keyDown(event)) return true;
        if (event.shiftKey || !/^[1-9]$/.test(key)) return false;
        const preset = turning.store.getState().turning?.presets[Number(key) - 1];
        if (preset === undefined) return false;
        void turning.goTo(preset.number);
        return true;
      },
      help: (t) => [
        {
          title: t('turning.title'),
          keys: [
            { keys: ['↑', '↓', '←', '→'], text: t('turning.help.turn') },
            { keys: ['Shift'], text: t('turning.help.slow') },
            { keys: ['+', '−'], text: t('turning.help.zoom') },
            { keys: [',', '.'], text: t('turning.help.focus') },
            { keys: ['1…9'], text: t('turning.help.preset') },
          ],
        },
      ],
    },
    takeSnapshot({ newConnection }) {
      watch();
      if (newConnection) turning.readAgain();
    },
    takeNotice: {
      'turning:changed': turning.changed,
      'cameras:directoryChanged': turning.readAgain,
    },
    connectionLost: turning.connectionLost,
  };
}

/** Fields, choices, open windows and the rows of a list have these keys themselves. */
function isTaken(target: EventTarget | null): boolean {
  if (isField(target) || isChoice(target)) return true;
  if (document.querySelector('[role="dialog"], dialog[open]') !== null) return true;
  return (
    target instanceof HTMLElement &&
    target.closest('.alert-row, [role="option"], [role="menu"], [role="tab"]') !== null
  );
}
