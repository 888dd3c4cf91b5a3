/** A microphone that becomes ready later than this is not opened automatically any more. Milliseconds. */
const longestWaitMs = 30_000;

/** Opens the microphone of the member who raised an SOS, as soon as the phone has a voice. */
export interface EmergencyVoice {
  /** `press` is the number of the key press that raised it. */
  raised(emergency: { emergencyId: string; memberId: string }, press: number): void;
  /** The phone of this connection can be heard from now on. */
  voiceMade(connectionId: string): void;
  left(connectionId: string): void;
}

export function createEmergencyVoice(options: {
  /** The connection of a member's phone. */
  connectionOf(memberId: string): string | undefined;
  hasVoice(connectionId: string): boolean;
  /** Whether the emergency has not ended yet. */
  isOpen(emergencyId: string): boolean;
  openHotMicrophone(memberId: string, press: number): void;
  nowMs(): number;
}): EmergencyVoice {
  /** Emergencies that were raised before their phone had a voice, by connection. */
  const waiting = new Map<
    string,
    { emergencyId: string; memberId: string; press: number; sinceMs: number }
  >();
  return {
    raised({ emergencyId, memberId }, press) {
      const connectionId = options.connectionOf(memberId);
      if (connectionId === undefined || options.hasVoice(connectionId)) {
        options.openHotMicrophone(memberId, press);
        return;
      }
      waiting.set(connectionId, { emergencyId, memberId, press, sinceMs: options.nowMs() });
    },
    voiceMade(connectionId) {
      const one = waiting.get(connectionId);
      if (one === undefined) return;
      waiting.delete(connectionId);
      const isInTime = options.nowMs() - one.sinceMs <= longestWaitMs;
      if (isInTime && options.isOpen(one.emergencyId)) options.openHotMicrophone(one.memberId, one.press);
    },
    left: (connectionId) => void waiting.delete(connectionId),
  };
}
