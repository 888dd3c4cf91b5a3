import i18next from 'i18next';
import type { DeskRights } from '../deskRights.ts';
import type { DeskTalk } from './DeskTalk.ts';

/** What the desktop application gives a desk for its key of the whole machine. Other browsers have none. */
export interface TalkToggleBridge {
  /** Calls back at each press; Electron hears no release. */
  onTalkToggle(callback: () => void): void;
}

/**
 * Lets the key of the whole machine switch the talk key on and off, also while another window is in front. It ends by the second press,
 * by any press of the talk key, at the hub's limit of a talk, with the connection, and with the page; while it is on, the name of the
 * window says so, and beginning and end are heard as those of every talk.
 */
export function watchTalkToggle(
  talk: {
    hold: Pick<DeskTalk['hold'], 'isDown' | 'isToggled' | 'toggle' | 'up'>;
    store: Pick<DeskTalk['store'], 'getState' | 'subscribe'>;
  },
  rights: Pick<DeskRights, 'allow'>,
  {
    bridge = (globalThis as { mingchuShell?: Partial<TalkToggleBridge> }).mingchuShell,
    page: givenPage,
  }: { bridge?: Partial<TalkToggleBridge> | undefined; page?: { title: string } } = {},
): void {
  if (bridge?.onTalkToggle === undefined) return;
  const page = givenPage ?? document;
  let nameBefore: string | undefined;
  const showIt = (): void => {
    if (talk.hold.isToggled && nameBefore === undefined) {
      nameBefore = page.title;
      page.title = `● ${i18next.t('talk.toggled')}`;
    } else if (!talk.hold.isToggled && nameBefore !== undefined) {
      page.title = nameBefore;
      nameBefore = undefined;
    }
  };
  bridge.onTalkToggle(() => {
    if (talk.hold.isToggled || rights.allow('talk:requestFloor')) talk.hold.toggle();
    showIt();
  });
  talk.store.subscribe((state, before) => {
    // The talk ended by itself: at its limit, refused, taken, or with the connection. The next press begins another one.
    const hasEnded = state.key.phase === 'has_no_permission' && before.key.phase !== 'has_no_permission';
    if (hasEnded && talk.hold.isToggled) talk.hold.up();
    showIt();
  });
}
