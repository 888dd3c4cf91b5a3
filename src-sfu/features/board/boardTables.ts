import {
  boardAges,
  boardSteps,
  type BoardFigures,
  type BoardGroup,
  type BoardStep,
} from '../../../src-shared/board/board.protocol.ts';
import { districtWords } from '../../../src-shared/cameras/siteWords.ts';

export type TableLanguage = 'zh-CN' | 'en';

/** The tables of an export. */
export const boardTableNames = ['groups', 'open', 'days', 'falseAlarms', 'offenders', 'cards'] as const;
export type BoardTableName = (typeof boardTableNames)[number];

export interface BoardTable {
  name: BoardTableName;
  /** As it is shown on the tab of a workbook. */
  title: string;
  rows: (string | number)[][];
}

/** What things are called that the figures name by id. */
export interface BoardNames {
  squad(squadId: string, language: TableLanguage): string | undefined;
  alertKind(kindId: string, language: TableLanguage): string | undefined;
  /** A date and time as the command centre's calendar has it. */
  time(atMs: number): string;
}

type Words = Record<TableLanguage, string>;

const titles: Record<BoardTableName, Words> = {
  groups: { 'zh-CN': '处置时效', en: 'Times' },
  open: { 'zh-CN': '未办结处置单', en: 'Open orders' },
  days: { 'zh-CN': '每日', en: 'Days' },
  falseAlarms: { 'zh-CN': '误报率', en: 'False alarms' },
  offenders: { 'zh-CN': '多次违规单位', en: 'Repeat offenders' },
  cards: { 'zh-CN': '黄牌红牌', en: 'Cards' },
};

const stepWords: Record<BoardStep, Words> = {
  acknowledge: { 'zh-CN': '接警', en: 'Acknowledge' },
  accept: { 'zh-CN': '接单', en: 'Accept' },
  arrive: { 'zh-CN': '到场', en: 'Arrive' },
  clear: { 'zh-CN': '处置', en: 'Clear' },
  close: { 'zh-CN': '办结', en: 'Close' },
};

const kindWords: Partial<Record<string, Words>> = {
  alert: { 'zh-CN': '预警', en: 'Alert' },
  inspection: { 'zh-CN': '巡查', en: 'Inspection' },
  complaint: { 'zh-CN': '投诉', en: 'Complaint' },
  emergency: { 'zh-CN': '紧急情况', en: 'Emergency' },
  other: { 'zh-CN': '其他', en: 'Other' },
};

const seconds = (ms: number | undefined): number | string =>
  ms === undefined ? '' : Math.round(ms / 100) / 10;

/** The figures as tables; durations in seconds. A figure that there is not is an empty cell. */
export function boardTables(figures: BoardFigures, language: TableLanguage, names: BoardNames): BoardTable[] {
  const say = (words: Words): string => words[language];
  const isEnglish = language === 'en';
  const none = isEnglish ? 'none' : '无';
  const district = (name: string | undefined): string => {
    if (name === undefined) return none;
    return isEnglish ? (Object.entries(districtWords).find(([id]) => id === name)?.[1].en[0] ?? name) : name;
  };
  const squad = (id: string | undefined): string =>
    id === undefined ? none : (names.squad(id, language) ?? id);
  const kind = (id: string | undefined): string => {
    const words = kindWords[id ?? ''];
    return words === undefined ? (id ?? none) : say(words);
  };
  const groupRow = (scope: string, name: string, group: BoardGroup): (string | number)[] => [
    scope,
    name,
    group.created,
    group.open,
    group.closed,
    group.cancelled,
    ...boardSteps.flatMap((step) => {
      const times = group.steps.find((one) => one.step === step);
      if (times === undefined || times.count === 0) return [0, '', '', ''];
      return [times.count, seconds(times.p50Ms), seconds(times.p90Ms), times.withinTarget];
    }),
  ];
  const ages = [
    ...boardAges.map((age) => (isEnglish ? `≤ ${age / 60_000} min` : `≤ ${age / 60_000} 分钟`)),
    isEnglish ? 'older' : '更久',
  ];
  const rowsOf: Record<BoardTableName, (string | number)[][]> = {
    groups: [
      [
        ...(isEnglish
          ? ['By', 'Name', 'Written', 'Open', 'Closed', 'Cancelled']
          : ['统计口径', '名称', '新建', '未办结', '办结', '取消']),
        ...boardSteps.flatMap((step) => {
          const word = say(stepWords[step]);
          return isEnglish
            ? [`${word}: count`, `${word}: p50 s`, `${word}: p90 s`, `${word}: within target`]
            : [`${word}次数`, `${word} p50（秒）`, `${word} p90（秒）`, `${word}达标数`];
        }),
      ],
      groupRow(isEnglish ? 'all' : '全部', '', figures.total),
      ...figures.byDistrict.map((one) => groupRow(isEnglish ? 'district' : '区县', district(one.name), one)),
      ...figures.byKind.map((one) => groupRow(isEnglish ? 'kind' : '类型', kind(one.name), one)),
      ...figures.bySquad.map((one) => groupRow(isEnglish ? 'squad' : '队伍', squad(one.name), one)),
    ],
    open: [
      [isEnglish ? 'Squad' : '队伍', ...ages],
      ...figures.open.bySquad.map(({ squadId, byAge }) => [squad(squadId), ...byAge]),
      [isEnglish ? 'all' : '全部', ...figures.open.byAge],
    ],
    days: [
      isEnglish ? ['Day', 'Written', 'Closed'] : ['日期', '新建', '办结'],
      ...figures.days.map((day) => [names.time(day.fromMs).slice(0, 10), day.created, day.closed]),
    ],
    falseAlarms: [
      isEnglish
        ? ['By', 'Name', 'Site', 'Judged', 'False alarms', 'Alerts', 'Appealed']
        : ['统计口径', '名称', '单位', '已研判', '误报', '预警', '申诉'],
      ...figures.falseAlarms.byKind.map((one) => [
        isEnglish ? 'alert type' : '预警类型',
        names.alertKind(one.kindId, language) ?? one.kindId,
        '',
        one.judged,
        one.falseAlarms,
        one.alerts,
        one.appealed,
      ]),
      ...figures.falseAlarms.byCamera.map((one) => [
        isEnglish ? 'camera' : '摄像头',
        one.cameraName,
        one.siteName,
        one.judged,
        one.falseAlarms,
        one.alerts,
        one.appealed,
      ]),
    ],
    offenders: [
      isEnglish ? ['Site', 'District', 'Violations', 'Last'] : ['单位', '区县', '违规次数', '最近一次'],
      ...figures.offenders.map((one) => [
        isEnglish ? (one.nameEn ?? one.name) : one.name,
        district(one.district),
        one.violations,
        names.time(one.lastAtMs),
      ]),
    ],
    cards: [
      isEnglish ? ['Site', 'District', 'Card', 'Was due'] : ['单位', '区县', '牌', '整改期限'],
      ...(figures.cards ?? []).map((one) => [
        one.name,
        district(one.district),
        isEnglish ? one.card : one.card === 'red' ? '红牌' : '黄牌',
        names.time(one.dueAtMs),
      ]),
    ],
  };
  return boardTableNames
    .filter((name) => name !== 'cards' || figures.cards !== undefined)
    .map((name) => ({ name, title: say(titles[name]), rows: rowsOf[name] }));
}
