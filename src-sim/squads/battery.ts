const hourMs = 3_600_000;
/** From full to the lowest in a shift, and back on the charger. */
const dischargeMs = 9 * hourMs;
const chargeMs = 1.5 * hourMs;
const lowest = 0.12;

/** The battery level of a phone at a time; `phase` (0 to 1) differs from phone to phone. */
export function batteryAt(nowMs: number, phase: number): { batteryLevel: number; isCharging: boolean } {
  const cycleMs = dischargeMs + chargeMs;
  const atMs = (nowMs + phase * cycleMs) % cycleMs;
  const isCharging = atMs >= dischargeMs;
  const share = isCharging ? 1 - (atMs - dischargeMs) / chargeMs : atMs / dischargeMs;
  return { batteryLevel: Math.round((1 - share * (1 - lowest)) * 100) / 100, isCharging };
}
