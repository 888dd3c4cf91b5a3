import type { FootSwitch } from '../../../features/talk/footSwitch.ts';
import { keyOf } from '../../../ui/keys.ts';
import type { DeskRights } from '../deskRights.ts';
import type { DeskFeatureKeys } from '../deskFeature.ts';
import { isChoice, isField } from '../deskFocus.ts';
import type { DeskTalk } from './DeskTalk.ts';

/** The talk key of the keyboard. */
export function createTalkKeys(
  talk: {
    hold: Pick<DeskTalk['hold'], 'isHeldByKeyboard'>;
    keyDown: DeskTalk['keyDown'];
  },
  rights: Pick<DeskRights, 'allow'>,
  footSwitch: Pick<FootSwitch, 'is'>,
): DeskFeatureKeys {
  return {
    whileLocked: true,
    first(event) {
      // It types nothing, so that it works in a field and in a window too.
      if (footSwitch.is(event.code)) {
        if (!event.repeat && rights.allow('talk:requestFloor')) talk.keyDown(event, 'normal');
        return true;
      }
      // A key that is held repeats, also into a field that got the focus meanwhile.
      const isRepeat = event.code === 'Space' && event.repeat && talk.hold.isHeldByKeyboard;
      if (!isRepeat && !isTalkKey(event)) return false;
      // Taking the floor is asked as ending a talk is: a supervisor's.
      const ask = event.shiftKey ? 'talk:revokeFloor' : 'talk:requestFloor';
      if (!event.repeat && rights.allow(ask)) talk.keyDown(event, event.shiftKey ? 'override' : 'normal');
      return true;
    },
    help: (t) => [
      {
        title: t('talk.dock'),
        keys: [
          { keys: ['Space'], text: t('talk.keys.hold') },
          { keys: ['Shift Space'], text: t('talk.keys.override') },
          { keys: ['USB'], text: t('talk.keys.pad') },
        ],
      },
    ],
  };
}

/** Space is the talk key wherever no letters are typed; a button that has the focus is pressed by Enter. */
function isTalkKey(event: KeyboardEvent): boolean {
  const { target, ctrlKey, altKey, metaKey } = event;
  return keyOf(event) === ' ' && !ctrlKey && !altKey && !metaKey && !isField(target) && !isChoice(target);
}
