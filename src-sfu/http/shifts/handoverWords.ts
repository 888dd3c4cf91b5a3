import type { ShiftItemKind } from '../../../src-shared/shifts/shift.ts';
import type { ShiftLog } from '../../../src-shared/shifts/shifts.protocol.ts';

/** The words of the printed page. */
export interface HandoverWords {
  title: string;
  officer: string;
  receiver: string;
  shift: string;
  from: string;
  to: string;
  goesOn: string;
  happened: string;
  alerts: readonly [string, string, string];
  falseAlarms: string;
  ordersWritten: string;
  ordersClosed: string;
  overdue: string;
  escalated: string;
  emergencies: string;
  outages: string;
  notes: string;
  noNotes: string;
  hiddenNotes(count: number): string;
  open: string;
  nothingOpen: string;
  what: string;
  since: string;
  state: string;
  signed: string;
  notSigned: string;
  hasEnded: string;
  kinds: Record<ShiftItemKind, string>;
  lines: Record<ShiftLog['lines'][number]['kind'], string>;
  states: Partial<Record<string, string>>;
  more(count: number): string;
  newItems(count: number): string;
  classOf(one: 1 | 2 | 3): string;
  override(by: string, unsigned: number, reason: string): string;
  printed(at: string): string;
}

export const handoverWords: Record<'zh-CN' | 'en', HandoverWords> = {
  'zh-CN': {
    title: '值班交接单',
    officer: '交班人',
    receiver: '接班人',
    shift: '班次',
    from: '开始',
    to: '结束',
    goesOn: '进行中',
    happened: '本班情况',
    alerts: ['一类预警', '二类预警', '三类预警'],
    falseAlarms: '误报',
    ordersWritten: '新建处置单',
    ordersClosed: '其中已办结',
    overdue: '处置超时',
    escalated: '派单升级',
    emergencies: '紧急求助',
    outages: '摄像头离线',
    notes: '值班记录',
    noNotes: '没有手写记录。',
    hiddenNotes: (count) => `${count} 条记录涉及您负责范围以外的区域，未列出。`,
    open: '未办结事项',
    nothingOpen: '没有未办结事项。',
    what: '事项',
    since: '自',
    state: '状态',
    signed: '接班签收',
    notSigned: '未签收',
    hasEnded: '已结束',
    kinds: {
      emergency: '紧急求助',
      alert: '预警',
      order: '处置单',
      finding: '问题整改',
      camera: '故障摄像头',
      server: '服务器故障',
    },
    lines: {
      alert: '一类预警',
      emergency: '紧急求助',
      escalated: '派单升级',
      overdue: '处置超时',
      outage: '摄像头离线',
    },
    states: {
      new: '待接警',
      acknowledged: '已接警',
      dispatched: '已派单',
      created: '待派单',
      accepted: '已接单',
      en_route: '前往中',
      on_scene: '已到场',
      cleared: '已处置',
      raised: '已发出',
      shown: '已显示',
      open: '待整改',
      again: '需再整改',
      answered: '已答复',
      appealed: '已申诉',
      under_review: '复查中',
      offline: '离线',
      frozen: '画面静止',
      unauthorized: '认证失败',
      unsupported: '不支持的编码',
      database_locked: '数据库被占用',
      database_full: '数据库已满',
      database_read_only: '数据库只读',
      database_damaged: '数据库损坏',
      database_failing: '数据库故障',
      disk_low: '磁盘空间不足',
      disk_full: '磁盘已满',
      disk_read_only: '磁盘只读',
      clock_stepped: '时钟被调整',
      workers_some_dead: '部分媒体进程停止',
      workers_all_dead: '媒体进程全部停止',
      spool_unwritable: '备用记录无法写入',
      audit_cut_off: '审计日志末尾缺失',
      audit_changed: '审计日志被改动',
    },
    more: (count) => `另有 ${count} 项未列出。`,
    newItems: (count) => `接班后新发生 ${count} 项，由接班人负责。`,
    classOf: (one) => ['一类', '二类', '三类'][one - 1]!,
    override: (by, unsigned, reason) => `指挥长 ${by} 决定结束本班，${unsigned} 项未签收。理由：${reason}`,
    printed: (at) => `打印时间 ${at}`,
  },
  en: {
    title: 'Shift handover',
    officer: 'Handed over by',
    receiver: 'Taken over by',
    shift: 'Shift',
    from: 'From',
    to: 'To',
    goesOn: 'goes on',
    happened: 'What happened',
    alerts: ['Class 1 alerts', 'Class 2 alerts', 'Class 3 alerts'],
    falseAlarms: 'False alarms',
    ordersWritten: 'Orders written',
    ordersClosed: 'Of these closed',
    overdue: 'Overdue',
    escalated: 'Escalated',
    emergencies: 'SOS',
    outages: 'Cameras offline',
    notes: 'Notes',
    noNotes: 'No notes were written.',
    hiddenNotes: (count) =>
      `Not listed: ${count}, because this shift is for more of the city than you work for.`,
    open: 'Open items',
    nothingOpen: 'Nothing is open.',
    what: 'Item',
    since: 'Since',
    state: 'Status',
    signed: 'Signed',
    notSigned: 'not signed',
    hasEnded: 'ended',
    kinds: {
      emergency: 'SOS',
      alert: 'Alerts',
      order: 'Orders',
      finding: 'Findings',
      camera: 'Cameras with faults',
      server: 'Server faults',
    },
    lines: {
      alert: 'Class 1 alert',
      emergency: 'SOS',
      escalated: 'Order escalated',
      overdue: 'Order overdue',
      outage: 'Camera offline',
    },
    states: {
      new: 'not acknowledged',
      en_route: 'en route',
      on_scene: 'on scene',
      created: 'to be dispatched',
      under_review: 'under review',
      again: 'to be corrected again',
      database_locked: 'Database locked',
      database_full: 'Database full',
      database_read_only: 'Database read-only',
      database_damaged: 'Database damaged',
      database_failing: 'Database failing',
      disk_low: 'Disk space low',
      disk_full: 'Disk full',
      disk_read_only: 'Disk read-only',
      clock_stepped: 'Clock was set',
      workers_some_dead: 'Some media processes are dead',
      workers_all_dead: 'All media processes are dead',
      spool_unwritable: 'Spool cannot be written',
      audit_cut_off: 'The end of the audit log is missing',
      audit_changed: 'The audit log was changed',
    },
    more: (count) => `${count} more are not listed.`,
    newItems: (count) => `${count} began after the handover was opened; they are the next officer’s own.`,
    classOf: (one) => `Class ${one}`,
    override: (by, unsigned, reason) =>
      `${by} (supervisor) ended this shift with ${unsigned} items not signed. Reason: ${reason}`,
    printed: (at) => `Printed ${at}`,
  },
};
