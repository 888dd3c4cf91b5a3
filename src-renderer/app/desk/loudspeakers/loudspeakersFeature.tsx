import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { LoudspeakersPanel } from '../../../features/loudspeakers/LoudspeakersPanel.tsx';
import { FootSwitchPanel } from '../../../features/talk/FootSwitchPanel.tsx';
import type { FootSwitch } from '../../../features/talk/footSwitch.ts';
import { HeadsetsPanel } from '../../../features/talk/HeadsetsPanel.tsx';
import { QuickDialog } from '../../../ui/desk/QuickDialog.tsx';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskHeadsets } from '../talk/deskHeadsets.ts';
import type { DeskSound } from './DeskSound.ts';

interface LoudspeakersFeatureParts {
  sound: DeskSound;
  headsets: DeskHeadsets;
  footSwitch: FootSwitch;
}

/** The sound devices of this machine: loudspeakers for each purpose, and headsets and foot switches whose button is the talk key. */
export function createLoudspeakersFeature(parts: LoudspeakersFeatureParts): DeskFeature {
  const { store } = parts.sound;
  return {
    panels: { windows: () => <SoundDevices {...parts} /> },
    keys: { isWindowOpen: () => store.getState().isOpen },
  };
}

function SoundDevices({ sound, headsets, footSwitch }: LoudspeakersFeatureParts) {
  const { t } = useTranslation();
  const isOpen = useStore(sound.store, (state) => state.isOpen);
  const known = useStore(headsets.store, (state) => state.headsets);
  if (!isOpen) return null;
  return (
    <QuickDialog title={t('soundDevices.title')} closeWord={t('dialog.close')} onClose={sound.close}>
      <div className="sound-devices">
        <LoudspeakersPanel
          store={sound.store}
          onChoose={sound.choose}
          onTest={(purpose) => void sound.test(purpose)}
          onAllow={() => void sound.allowNames()}
        />
        <HeadsetsPanel headsets={known} onConnect={headsets.connect} />
        <FootSwitchPanel footSwitch={footSwitch} />
      </div>
    </QuickDialog>
  );
}
