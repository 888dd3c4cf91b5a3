import { soundNow } from '../../../features/alerts/alertSound.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import { createAlertTones } from '../../../features/alerts/alertTones.ts';

const everyMs = 2_000;

/** Sounds what is to be heard, every two seconds for as long as the desk is open; never on top of speech. */
export function soundAlerts(alerts: AlertsStore, nowMs: () => number, isTalking: () => boolean): void {
  const tones = createAlertTones();
  setInterval(() => {
    const { open, silence, soundAllowed } = alerts.getState();
    if (soundAllowed !== tones.allowed()) alerts.setState({ soundAllowed: tones.allowed() });
    const sound = soundNow(open.values(), silence, nowMs());
    if (sound !== undefined && !isTalking()) tones.play(sound);
  }, everyMs);
}
