import { soundNow, soundOfLate } from '../../../features/alerts/alertSound.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import { createAlertTones } from '../../../features/alerts/alertTones.ts';
import type { SoundRoute } from '../../../media/loudspeakers.ts';

const everyMs = 2_000;

/**
 * Sounds what is to be heard, every two seconds for as long as the desk is open; never on top of speech. A locked desk knows only how
 * many alarms wait: a class 1 that nobody took sounds.
 */
export function soundAlerts(
  alerts: AlertsStore,
  {
    nowMs,
    isTalking,
    isLocked,
    onLate,
    route,
  }: {
    nowMs(): number;
    isTalking(): boolean;
    isLocked(): boolean;
    /** Calls back when an order or a finding becomes late, or an order needs somebody else. */
    onLate(listener: () => void): void;
    /** To the loudspeaker of the alarms. */
    route: SoundRoute;
  },
): void {
  const tones = createAlertTones((context) => void route(context));
  let isLate = false;
  onLate(() => {
    isLate = true;
  });
  setInterval(() => {
    const { open, counts, silence, soundAllowed } = alerts.getState();
    if (soundAllowed !== tones.allowed()) alerts.setState({ soundAllowed: tones.allowed() });
    const waits = isLocked() && (counts?.unacknowledged[1] ?? 0) > 0;
    const sound = waits ? ({ class: 1, loudness: 1 } as const) : soundNow(open.values(), silence, nowMs());
    // A deadline that has passed sounds once and quietly, after the alerts of that moment. Where sound is off, it is only shown.
    const late = isLate && !isLocked() ? soundOfLate(silence, nowMs()) : undefined;
    if (isTalking()) return;
    if (sound !== undefined) tones.play(sound);
    else if (isLate) {
      isLate = false;
      if (late !== undefined) tones.play(late);
    }
  }, everyMs);
}
