import { beforeEach, describe, expect, it } from 'vitest';
import {
  createEmergencyVoice,
  type EmergencyVoice,
} from '../../../../src-sfu/features/talk/emergencyVoice.service.ts';

const sos = { emergencyId: 'sos', memberId: 'ann' };

describe('the microphone of an SOS', () => {
  let nowMs: number;
  let connection: string | undefined;
  let voices: Set<string>;
  let isOpen: boolean;
  let opened: [string, number][];
  let voice: EmergencyVoice;

  beforeEach(() => {
    nowMs = 0;
    connection = 'c1';
    voices = new Set();
    isOpen = true;
    opened = [];
    voice = createEmergencyVoice({
      connectionOf: () => connection,
      hasVoice: (connectionId) => voices.has(connectionId),
      isOpen: () => isOpen,
      openHotMicrophone: (memberId, press) => void opened.push([memberId, press]),
      nowMs: () => nowMs,
    });
  });

  it('opens at once where the phone has a voice', () => {
    voices.add('c1');
    voice.raised(sos, 7);
    expect(opened).toEqual([['ann', 7]]);
  });

  it('is asked for at once also without a connection: the floor is taken', () => {
    connection = undefined;
    voice.raised(sos, 7);
    expect(opened).toEqual([['ann', 7]]);
  });

  it('opens once, as soon as the phone has a voice', () => {
    voice.raised(sos, 7);
    expect(opened).toEqual([]);
    nowMs = 30_000;
    voice.voiceMade('c1');
    voice.voiceMade('c1');
    expect(opened).toEqual([['ann', 7]]);
  });

  it('stays closed when the voice comes too late, when the emergency has ended, or when the phone left', () => {
    voice.raised(sos, 7);
    nowMs = 30_001;
    voice.voiceMade('c1');
    voice.raised(sos, 8);
    isOpen = false;
    voice.voiceMade('c1');
    isOpen = true;
    voice.raised(sos, 9);
    voice.left('c1');
    voice.voiceMade('c1');
    expect(opened).toEqual([]);
  });
});
