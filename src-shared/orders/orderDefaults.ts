/** The settings that a hub has before an administrator saves others. Due times follow Hubei's practice: class 1 at once, class 2 within a day, class 3 routine. */
import { defaultAcknowledgeRules } from '../alerts/acknowledgeTimes.ts';
import type { OrderSettings, OrderTemplate } from './orderSettings.ts';
import { defaultOrderTimes } from './orderTimes.ts';

type Item = readonly [text: string, textEn: string];

const photograph: Item = ['拍照留存', 'Take photographs'];

function template(
  about: Pick<OrderTemplate, 'kind' | 'alertKindId' | 'alertClass' | 'priority' | 'dueAfterMinutes'>,
  [instructions, instructionsEn]: Item,
  items: readonly Item[],
): OrderTemplate {
  return {
    ...about,
    instructions,
    instructionsEn,
    checklist: items.map(([text, textEn]) => ({ text, textEn })),
  };
}

const defaultTemplates: OrderTemplate[] = [
  template(
    { kind: 'alert', alertKindId: 'rat', priority: 1, dueAfterMinutes: 120 },
    [
      '到场核实鼠迹，责令停用受污染的食品和区域。',
      'Look for traces of rats; have soiled food and areas taken out of use.',
    ],
    [
      ['查看鼠粪、咬痕和孔洞', 'Look for droppings, bite marks and holes'],
      ['封存或销毁受污染的食品', 'Seal or destroy soiled food'],
      ['查看防鼠设施和除害记录', 'Check rat guards and the pest control record'],
      photograph,
    ],
  ),
  template(
    { kind: 'alert', alertKindId: 'open_flame', priority: 1, dueAfterMinutes: 30 },
    ['立即联系店内关火；有火情先拨 119。', 'Have the flame put out at once; where it burns, call 119 first.'],
    [
      ['明火已熄灭，燃气已关闭', 'The flame is out, the gas is off'],
      ['灭火器和灭火毯可用', 'Fire extinguisher and blanket work'],
      ['排烟管道已清洗', 'The exhaust duct was cleaned'],
      photograph,
    ],
  ),
  template(
    { kind: 'alert', alertKindId: 'smoking', priority: 2, dueAfterMinutes: 24 * 60 },
    ['核实后厨吸烟，当场制止并记录当事人。', 'Stop the smoking in the kitchen and write down who it was.'],
    [['当场制止', 'Stopped on the spot'], ['禁烟标识齐全', 'No-smoking signs are there'], photograph],
  ),
  template(
    { kind: 'alert', alertKindId: 'no_hat', priority: 2, dueAfterMinutes: 24 * 60 },
    ['核实工作帽佩戴，当场纠正。', 'Check that hats are worn and have it put right on the spot.'],
    [
      ['工作帽、口罩已戴好', 'Hats and masks are worn'],
      ['健康证有效', 'Health certificates are valid'],
      photograph,
    ],
  ),
  template(
    { kind: 'alert', alertKindId: 'uncovered_bin', priority: 2, dueAfterMinutes: 24 * 60 },
    ['核实垃圾桶加盖和清运。', 'Check that bins are covered and emptied.'],
    [
      ['垃圾桶已加盖', 'Bins are covered'],
      ['餐厨垃圾清运记录齐全', 'The record of kitchen waste is complete'],
      photograph,
    ],
  ),
  template(
    { kind: 'alert', alertClass: 1, priority: 1, dueAfterMinutes: 120 },
    ['立即到场核实并处置。', 'Go there at once, check and act.'],
    [['情况已核实', 'What happened was checked'], photograph],
  ),
  template(
    { kind: 'alert' },
    ['到场核实并处置。', 'Go there, check and act.'],
    [['情况已核实', 'What happened was checked'], photograph],
  ),
  template(
    { kind: 'inspection', priority: 3, dueAfterMinutes: 3 * 24 * 60 },
    [
      '例行检查：证照、从业人员、加工间、冷藏和清洁消毒。',
      'Routine inspection: licences, staff, kitchen, cold storage, cleaning.',
    ],
    [
      ['许可证和健康证公示', 'Licence and health certificates are displayed'],
      ['生熟分开，容器有标识', 'Raw and cooked are apart, containers are labelled'],
      ['冷藏温度 0–8 ℃', 'Cold storage is at 0 to 8 °C'],
      ['餐具消毒记录', 'Record of disinfected tableware'],
      ['进货台账和留样', 'Purchase records and retained samples'],
      photograph,
    ],
  ),
  template(
    { kind: 'complaint', priority: 2, dueAfterMinutes: 24 * 60 },
    [
      '核实投诉内容，听取店方说明，结果告知投诉人。',
      'Check what was complained about, hear the site, and answer the person.',
    ],
    [
      ['投诉内容已核实', 'The complaint was checked'],
      ['店方说明已记录', 'The answer of the site was written down'],
      photograph,
    ],
  ),
  template(
    { kind: 'emergency', priority: 1, dueAfterMinutes: 30 },
    ['立即赶到，先保证人员安全，到场后报告。', 'Go at once; people first; report when you are there.'],
    [
      ['人员安全', 'People are safe'],
      ['已联系 110 / 119 / 120', '110, 119 or 120 were called where needed'],
      ['现场已封控', 'The place is closed off'],
    ],
  ),
  template({ kind: 'other', priority: 2 }, ['', ''], []),
];

export const defaultOrderSettings: OrderSettings = {
  templates: defaultTemplates,
  times: [{ times: defaultOrderTimes }],
  acknowledge: defaultAcknowledgeRules,
  asksNextSquadItself: false,
  nextSquadsAtMost: 2,
};
