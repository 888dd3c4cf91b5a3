/** Clauses: the rules that a finding can break, by the numbers that inspectors write. */
import { z } from 'zod';

const text = (longest: number) => z.string().trim().min(1).max(longest);

/** The number by which a clause is written and looked up: `食品安全法 33(1)`. */
export const clauseNumberSchema = text(60);

export const clauseSchema = z.object({
  number: clauseNumberSchema,
  title: text(200),
  titleEn: text(200).optional(),
  /** The class of a finding that breaks it, as it is proposed in the form. */
  class: z.literal([1, 2, 3]).optional(),
  /** A clause that is used is never deleted: it is not offered any more. */
  isRetired: z.boolean().optional(),
});
export type Clause = z.output<typeof clauseSchema>;

/** Clauses at most. */
export const maxClauses = 2_000;

/**
 * Clauses of a hub for which nobody has written any. Only what is certain: numbers and short titles of 食品安全法 (as amended in 2021)
 * for what inspectors write every day. Those named `示例` are examples, without a number of any law; an administrator replaces them.
 */
export const exampleClauses: readonly Clause[] = [
  {
    number: '食品安全法 33',
    title: '食品生产经营场所、设备、人员与卫生要求',
    titleEn: 'Food Safety Law 33: premises, equipment, staff and hygiene',
    class: 2,
  },
  {
    number: '食品安全法 34',
    title: '禁止生产经营的食品',
    titleEn: 'Food Safety Law 34: food that must not be produced or sold',
    class: 1,
  },
  {
    number: '食品安全法 45',
    title: '从业人员健康管理与健康证明',
    titleEn: 'Food Safety Law 45: health of food handlers and their health certificates',
    class: 2,
  },
  {
    number: '食品安全法 53',
    title: '进货查验',
    titleEn: 'Food Safety Law 53: checks of purchased food',
    class: 2,
  },
  {
    number: '食品安全法 55',
    title: '餐饮服务提供者的原料控制',
    titleEn: 'Food Safety Law 55: control of ingredients by caterers',
    class: 2,
  },
  {
    number: '食品安全法 56',
    title: '餐饮设施设备与餐具的清洗、消毒、维护',
    titleEn: 'Food Safety Law 56: cleaning, disinfecting and maintaining equipment and tableware',
    class: 2,
  },
  {
    number: '示例-01',
    title: '示例：发现鼠类或蟑螂等有害生物',
    titleEn: 'Example: rodents, cockroaches or other pests were found',
    class: 1,
  },
  {
    number: '示例-02',
    title: '示例：操作人员未戴工作帽或口罩',
    titleEn: 'Example: a food handler wears no hat or mask',
    class: 3,
  },
  {
    number: '示例-03',
    title: '示例：在食品处理区吸烟',
    titleEn: 'Example: somebody smokes where food is handled',
    class: 2,
  },
  {
    number: '示例-04',
    title: '示例：垃圾桶未加盖',
    titleEn: 'Example: a bin stands open',
    class: 2,
  },
  {
    number: '示例-05',
    title: '示例：生熟食品未分开存放或加工',
    titleEn: 'Example: raw and cooked food are not kept apart',
    class: 2,
  },
  {
    number: '示例-06',
    title: '示例：地面积水或油污未及时清理',
    titleEn: 'Example: water or grease on the floor is not cleaned away',
    class: 3,
  },
];

/** Clauses whose number or title has every word, those not retired, in the order of their numbers. */
export function findClauses(clauses: readonly Clause[], words: string, limit: number): Clause[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found: Clause[] = [];
  for (const clause of clauses) {
    if (clause.isRetired === true) continue;
    const searched = `${clause.number} ${clause.title} ${clause.titleEn ?? ''}`.toLowerCase();
    if (!wanted.every((word) => searched.includes(word))) continue;
    found.push(clause);
    if (found.length >= limit) break;
  }
  return found;
}
