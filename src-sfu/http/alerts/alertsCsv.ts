import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { alertStates, type AlertStateName, type FalseAlarmReason } from '../../../src-shared/alerts/alert.ts';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { AlertFilter } from '../../../src-shared/alerts/alerts.protocol.ts';
import { districts, siteTypes } from '../../../src-shared/cameras/cameras.protocol.ts';
import { siteTypeWords } from '../../../src-shared/cameras/siteWords.ts';
import { neutraliseCell } from '../../features/cameras/cellText.ts';

const languages = ['zh-CN', 'en'] as const;
type Language = (typeof languages)[number];

/** Several values of one thing are separated by commas. */
const list = z
  .string()
  .max(10_000)
  .transform((text) => text.split(',').filter((part) => part !== ''));
const time = z.coerce.number().int().min(0).optional();

/** `GET /api/v1/alerts.csv?fromMs=…&toMs=…&kinds=rat,no_hat&classes=1&states=…&districts=…&language=en&encoding=gb18030`. */
export const csvQuerySchema = z.strictObject({
  fromMs: time,
  toMs: time,
  kinds: list.optional(),
  classes: list.pipe(z.array(z.enum(['1', '2', '3']))).optional(),
  states: list.pipe(z.array(z.enum(alertStates))).optional(),
  districts: list.pipe(z.array(z.enum(districts))).optional(),
  siteTypes: list.pipe(z.array(z.enum(siteTypes))).optional(),
  sites: list.optional(),
  cameras: list.optional(),
  unknownCamera: z.literal('true').optional(),
  language: z.enum(languages).default('zh-CN'),
  encoding: z.enum(['utf-8', 'gb18030']).default('utf-8'),
});

/** The same filter that a desk searches with. */
export function filterOfQuery(
  query: Omit<z.output<typeof csvQuerySchema>, 'language' | 'encoding'>,
): AlertFilter {
  return {
    fromMs: query.fromMs,
    toMs: query.toMs,
    kindIds: query.kinds,
    classes: query.classes?.map((one) => Number(one) as 1 | 2 | 3),
    states: query.states,
    districts: query.districts,
    siteTypes: query.siteTypes,
    siteIds: query.sites,
    cameraIds: query.cameras,
    ...(query.unknownCamera === undefined ? {} : { unknownCamera: true }),
  };
}

const stateWords: Record<AlertStateName, Record<Language, string>> = {
  new: { 'zh-CN': '待接警', en: 'new' },
  acknowledged: { 'zh-CN': '已接警', en: 'acknowledged' },
  dispatched: { 'zh-CN': '已派单', en: 'dispatched' },
  resolved: { 'zh-CN': '已处置', en: 'resolved' },
  false_alarm: { 'zh-CN': '误报', en: 'false alarm' },
  duplicate: { 'zh-CN': '重复', en: 'duplicate' },
};

const reasonWords: Record<FalseAlarmReason, Record<Language, string>> = {
  nothing_there: { 'zh-CN': '现场无异常', en: 'nothing there' },
  mistaken_object: { 'zh-CN': '识别错误', en: 'mistaken object' },
  steam_or_light: { 'zh-CN': '蒸汽或光线', en: 'steam or light' },
  allowed_here: { 'zh-CN': '此处允许', en: 'allowed here' },
  drill_or_test: { 'zh-CN': '演练或测试', en: 'drill or test' },
  other: { 'zh-CN': '其他', en: 'other' },
};

const sourceWords: Record<'hub' | 'public', Record<Language, string>> = {
  hub: { 'zh-CN': '服务器', en: 'server' },
  public: { 'zh-CN': '市民', en: 'citizens' },
};

const headers: Record<Language, string[]> = {
  'zh-CN': [
    '预警编号',
    '上报时间',
    '预警类别',
    '预警类型',
    '单位',
    '单位类型',
    '区县',
    '摄像头',
    '上报摄像头编号',
    '上报次数',
    '最近上报',
    '状态',
    '接警人',
    '接警用时（秒）',
    '办结人',
    '办结时间',
    '误报原因',
    '来源',
    '说明',
  ],
  en: [
    'Alert',
    'Time',
    'Class',
    'Alert type',
    'Site',
    'Site type',
    'District',
    'Camera',
    'Reported camera',
    'Count',
    'Last time',
    'Status',
    'Acknowledged by',
    'Seconds to acknowledge',
    'Closed by',
    'Closed at',
    'False alarm reason',
    'Source',
    'Message',
  ],
};

/** The first line. */
export function alertsCsvHeader(language: Language): string {
  return stringify([headers[language]], { record_delimiter: '\r\n' });
}

/** A line each, safe to open in a spreadsheet program. Times are the hub's local ones. */
export function alertsCsvRows(
  alerts: readonly Alert[],
  kinds: ReadonlyMap<string, AlertKind>,
  language: Language,
): string {
  const english = language === 'en';
  const rows = alerts.map((alert) => {
    const { place, acknowledged, closed } = alert;
    const kind = kinds.get(alert.kindId);
    return [
      alert.alertId,
      localTime(alert.raisedAtMs),
      String(alert.class),
      (english ? kind?.nameEn : kind?.name) ?? alert.kindId,
      (english ? place?.siteNameEn : undefined) ?? place?.siteName ?? '',
      place === undefined ? '' : siteTypeWords[place.siteType][english ? 'en' : 'zh'][0],
      place?.district ?? '',
      (english ? place?.cameraNameEn : undefined) ?? place?.cameraName ?? '',
      alert.reportedCamera,
      String(alert.count),
      localTime(alert.lastAtMs),
      stateWords[alert.state][language],
      acknowledged?.by.name ?? '',
      acknowledged === undefined ? '' : ((acknowledged.atMs - alert.raisedAtMs) / 1000).toFixed(1),
      closed?.by.name ?? '',
      closed === undefined ? '' : localTime(closed.atMs),
      closed?.reason === undefined ? '' : reasonWords[closed.reason][language],
      alert.source.type === 'platform' ? alert.source.name : sourceWords[alert.source.type][language],
      alert.message ?? '',
    ].map(neutraliseCell);
  });
  return rows.length === 0 ? '' : stringify(rows, { record_delimiter: '\r\n' });
}

function localTime(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
