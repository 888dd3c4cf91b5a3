import {
  createLoudspeakersStore,
  loudspeakerChanges,
  type LoudspeakersStore,
} from '../../../features/loudspeakers/loudspeakersStore.ts';
import { playTestTone } from '../../../features/loudspeakers/testTone.ts';
import type { SoundPurpose } from '../../../media/loudspeakerChoice.ts';
import { openLoudspeakers, type SoundRoute } from '../../../media/loudspeakers.ts';
import type { PageStorage } from '../../../server/pageStorage.ts';
import { queryPermission } from '../../../ui/permissionAnswer.ts';
import type { DeskMessage } from '../DeskState.ts';

/** The loudspeakers of this desk: what each purpose is heard from, and the window in which that is chosen. */
export interface DeskSound {
  store: LoudspeakersStore;
  /** To the loudspeaker of each purpose. */
  routes: Readonly<Record<SoundPurpose, SoundRoute>>;
  open(): void;
  close(): void;
  /** Undefined is the system’s default. */
  choose(purpose: SoundPurpose, deviceId: string | undefined): void;
  test(purpose: SoundPurpose): Promise<void>;
  allowNames(): Promise<void>;
}

/** Builds it. A loudspeaker that goes or comes back is announced; the sounds go on from the system’s default meanwhile. */
export function createDeskSound({
  storage,
  notify,
}: {
  storage: PageStorage;
  notify(message: DeskMessage): void;
}): DeskSound {
  const store = createLoudspeakersStore();
  const loudspeakers = openLoudspeakers({
    storage,
    onState(state) {
      const changes = loudspeakerChanges(store.getState(), state);
      store.setState(state);
      for (const { type, label, purposes } of changes) {
        notify({
          isFailure: type !== 'back',
          text: (t) => {
            const names = purposes.map((purpose) => t(`soundDevices.purpose.${purpose}`));
            return t(`soundDevices.${type}`, { label, purposes: names.join(t('soundDevices.and')) });
          },
          ...(type === 'back' ? {} : { offer: { text: (t) => t('soundDevices.title'), open } }),
        });
      }
    },
  });
  const open = (): void => {
    store.setState({ isOpen: true, refusal: undefined });
    void loudspeakers.refresh();
  };
  // A browser names the loudspeakers once the page may use the microphone, which talk asks for.
  void queryPermission('microphone').then((status) =>
    status?.addEventListener('change', () => void loudspeakers.refresh()),
  );
  return {
    store,
    routes: {
      alarms: loudspeakers.route('alarms'),
      talk: loudspeakers.route('talk'),
      cameras: loudspeakers.route('cameras'),
    },
    open,
    close: () => store.setState({ isOpen: false }),
    choose: (purpose, deviceId) => loudspeakers.choose(purpose, deviceId),
    async test(purpose) {
      if (store.getState().testing !== undefined) return;
      store.setState({ testing: purpose, refusal: undefined });
      const isHeard = await playTestTone(purpose, loudspeakers.route(purpose));
      store.setState({ testing: undefined, refusal: isHeard ? undefined : 'sound' });
    },
    async allowNames() {
      const isAllowed = await loudspeakers.allowNames();
      store.setState({ refusal: isAllowed ? undefined : 'microphone' });
    },
  };
}
