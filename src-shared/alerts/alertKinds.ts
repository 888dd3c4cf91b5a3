/**
 * What is reported: the kinds of alert, each with its class and its name in both languages. The built-in ones are those
 * of the field; a city adds its own, which are stored by the hub.
 */
import { z } from 'zod';

/** 1 一类: act at once. 2 二类: correct in a set time. 3 三类: routine (domain.md). */
export const alertClasses = [1, 2, 3] as const;
export const alertClassSchema = z.literal(alertClasses);
export type AlertClass = z.output<typeof alertClassSchema>;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export const alertKindIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'lower-case letters, digits and _, a letter first, at most 32');

export const alertKindSchema = z.strictObject({
  kindId: alertKindIdSchema,
  class: alertClassSchema,
  name: z.string().trim().min(1).max(40),
  nameEn: z.string().trim().min(1).max(60),
  /** A repeat at the same camera this long after the last time belongs to the same alert. Milliseconds. */
  joinWindowMs: z
    .number()
    .int()
    .min(0)
    .max(24 * 60 * minuteMs)
    .default(5 * minuteMs),
  /** An alert that is neither acknowledged nor repeated for this long expires. Never for class 1. Milliseconds. */
  expiresAfterMs: z
    .number()
    .int()
    .min(minuteMs)
    .max(30 * dayMs)
    .optional(),
});
export type AlertKind = z.output<typeof alertKindSchema>;

/** What a kind is stored under when the platform reports one that nobody has named here. */
export const otherKindId = 'other';

/** The kinds of the hub's own alerts; other systems cannot report them. */
export const hubKindIds = ['camera_offline', 'camera_frozen', 'camera_covered'] as const;
export type HubKindId = (typeof hubKindIds)[number];

/** What citizens report on the public's page of a site; other systems cannot report it. It is of class 3, whatever was set. */
export const citizenKindId = 'citizen_report';

/** What recorders and cameras notice by themselves. Each is a kind of its own: motion never joins a covered lens. */
export const deviceKindIds = [
  'motion',
  'line_crossed',
  'area_entered',
  'loitering',
  'left_object',
  'removed_object',
  'tamper',
  'video_lost',
  'manual_alarm',
  'alarm_input',
  'device_alarm',
  'picture_dark',
  'picture_bright',
  'picture_blurred',
  'video_abnormal',
  'disk_full',
  'disk_fault',
  'device_fault',
] as const;
export type DeviceKindId = (typeof deviceKindIds)[number];

function seen(kindId: string, alertClass: AlertClass, name: string, nameEn: string): AlertKind {
  const kind = { kindId, class: alertClass, name, nameEn };
  if (alertClass === 1) return { ...kind, joinWindowMs: 2 * minuteMs };
  return { ...kind, joinWindowMs: 5 * minuteMs, expiresAfterMs: dayMs };
}

/** A fault of a camera: the alert lasts until the camera works again, however long. */
function condition(kindId: HubKindId, alertClass: AlertClass, name: string, nameEn: string): AlertKind {
  return { kindId, class: alertClass, name, nameEn, joinWindowMs: 10 * minuteMs };
}

function deviceKinds(
  kinds: readonly (readonly [kindId: DeviceKindId, alertClass: AlertClass, name: string, nameEn: string])[],
): AlertKind[] {
  return kinds.map((kind) => seen(...kind));
}

/** The kinds every hub knows. */
export const builtInKinds: readonly AlertKind[] = [
  seen('rat', 1, '老鼠', 'Rat'),
  seen('open_flame', 1, '明火无人看管', 'Open flame unattended'),
  seen('smoking', 2, '吸烟', 'Smoking'),
  seen('no_hat', 2, '未戴工作帽', 'No hat'),
  seen('no_mask', 2, '未戴口罩', 'No mask'),
  seen('uncovered_bin', 2, '垃圾桶未加盖', 'Uncovered bin'),
  seen('stranger', 2, '非工作人员进入后厨', 'Unauthorised person in the kitchen'),
  seen(otherKindId, 2, '其他', 'Other'),
  seen('no_gloves', 3, '未戴手套', 'No gloves'),
  seen('phone_in_hand', 3, '使用手机', 'Phone in hand'),
  ...deviceKinds([
    ['tamper', 2, '摄像头被遮挡、移动或拆动', 'Camera covered, moved or tampered with'],
    ['video_lost', 2, '视频信号丢失', 'Video signal lost'],
    ['manual_alarm', 2, '现场人工报警', 'Alarm button pressed on site'],
    ['alarm_input', 2, '报警输入触发', 'Alarm input triggered'],
    ['line_crossed', 2, '越过警戒线', 'Line crossed'],
    ['area_entered', 2, '闯入警戒区', 'Area entered'],
    ['device_alarm', 2, '设备报警', 'Device alarm'],
    ['motion', 3, '移动侦测', 'Motion'],
    ['loitering', 3, '人员徘徊', 'Loitering'],
    ['left_object', 3, '物品遗留', 'Object left behind'],
    ['removed_object', 3, '物品移走', 'Object removed'],
    ['picture_dark', 3, '画面过暗', 'Picture too dark'],
    ['picture_bright', 3, '画面过亮', 'Picture too bright'],
    ['picture_blurred', 3, '画面模糊', 'Picture blurred'],
    ['video_abnormal', 3, '视频异常', 'Abnormal video'],
    ['disk_full', 3, '硬盘已满', 'Disk full'],
    ['disk_fault', 3, '硬盘故障', 'Disk fault'],
    ['device_fault', 3, '设备故障', 'Device fault'],
  ]),
  // It never expires: its sender waits for an answer.
  {
    kindId: citizenKindId,
    class: 3,
    name: '市民反映',
    nameEn: 'Citizen report',
    joinWindowMs: dayMs,
  },
  condition('camera_covered', 2, '画面全黑或被遮挡', 'Picture black or covered'),
  condition('camera_offline', 3, '摄像头离线', 'Camera offline'),
  condition('camera_frozen', 3, '画面冻结', 'Picture frozen'),
];
