import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Recording } from './voiceNote.ts';

/** Records while its key is held. `press` and `letGo` come in turn, from the owner of the key (`HoldKey`). */
export interface VoiceNoteKey {
  /** Whether it records, or asks for the microphone. */
  store: StoreApi<{ isOn: boolean }>;
  press(): void;
  letGo(): void;
}

export function createVoiceNoteKey(parts: {
  /** Undefined where the phone gives no microphone. */
  record(): Promise<Recording | undefined>;
  recorded(recording: Recording): void;
}): VoiceNoteKey {
  const store = createStore(() => ({ isOn: false }));
  let asked: Promise<Recording | undefined> | undefined;
  return {
    store,
    press() {
      const asking = parts.record();
      asked = asking;
      store.setState({ isOn: true });
      void asking.then((recording) => {
        if (recording === undefined && asked === asking) store.setState({ isOn: false });
      });
    },
    letGo() {
      const recording = asked;
      asked = undefined;
      store.setState({ isOn: false });
      // The phone may have asked for the microphone meanwhile: what it gives late is ended at once.
      void recording?.then((one) => one !== undefined && parts.recorded(one));
    },
  };
}
