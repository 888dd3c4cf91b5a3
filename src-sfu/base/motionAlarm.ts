/**
 * Whether a device noticed that something moves, in the numbers of GB/T 28181 for alarms, which events of ONVIF are given too. In a kitchen at work
 * there is motion all day: it becomes alerts only where an administrator has switched it on.
 */
export function isMotionAlarm({
  method,
  type,
}: {
  method: number | undefined;
  type: number | undefined;
}): boolean {
  return method === 5 && type === 2;
}
