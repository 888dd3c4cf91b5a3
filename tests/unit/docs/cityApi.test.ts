import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { findingRequests, findingWorkSchema } from '../../../src-shared/findings/findings.protocol.ts';
import { orderDeedSchema } from '../../../src-shared/orders/orderContent.ts';
import { findingsRefusals } from '../../../src-shared/findings/findings.refusals.ts';
import { ordersRefusals } from '../../../src-shared/orders/orders.refusals.ts';
import { orderRequests } from '../../../src-shared/orders/orders.protocol.ts';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const [english = '', chinese = ''] = read('docs/city-api.md').split('\n## 中文\n');
const codeWords = (text: string): string[] =>
  [...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
const examples = [...english.matchAll(/^```json\n([^]*?)^```/gm)].map(
  ([, json = '']) => JSON.parse(json) as Record<string, unknown>,
);

describe('the page about orders and findings over HTTP', () => {
  it('says the same names, routes and numbers in both languages', () => {
    const inEnglish = (word: string): string => word.replace('?lang=zh-CN', '').replace('密钥', 'KEY');
    expect(codeWords(chinese).map(inEnglish)).toEqual(codeWords(english));
  });

  it('names every route of orders and findings that the hub has, and no other', () => {
    const routes = [
      ...read('src-sfu/http/city/cityRoutes.ts').matchAll(
        /method: '(\w+)', url: '(\/api\/v1\/(?!webhooks)[^']+)'/g,
      ),
    ].map(([, method = '', url = '']) => `${method} ${url}`);
    expect(routes).toHaveLength(8);
    expect(read('src-sfu/http/findings/falseAlarmRoutes.ts')).toContain("http.get('/api/v1/false-alarms'");
    for (const text of [english, chinese]) {
      const named = codeWords(text).filter((word) => /^(GET|POST|PUT|DELETE) /.test(word));
      expect(named.toSorted()).toEqual([...routes, 'GET /api/v1/false-alarms'].toSorted());
    }
  });

  it('names the fields of each search', () => {
    const fieldsOf = ({ input }: { input: z.ZodObject }): string[] => Object.keys(input.shape);
    const row = (name: string): string[] =>
      codeWords(english.split('\n').find((line) => line.startsWith(`| ${name} `)) ?? '');
    expect(row('orders').toSorted()).toEqual(fieldsOf(orderRequests['orders:search']).toSorted());
    expect(row('findings').toSorted()).toEqual(fieldsOf(findingRequests['findings:search']).toSorted());
  });

  it('has examples that the hub takes', () => {
    const [order, orderCommand, finding, findingCommand] = examples;
    expect(examples).toHaveLength(4);
    expect(orderRequests['orders:create'].input.strict().safeParse(order).success).toBe(true);
    const orderCommanded = { orderId: 'city-2026-0001', ...orderCommand };
    expect(orderRequests['orders:direct'].input.strict().safeParse(orderCommanded).success).toBe(true);
    expect(findingRequests['findings:create'].input.strict().safeParse(finding).success).toBe(true);
    const findingCommanded = { findingId: 'city-f-0001', ...findingCommand };
    expect(findingRequests['findings:work'].input.strict().safeParse(findingCommanded).success).toBe(true);
  });

  it('names what the refusal of an outdated command says', () => {
    const reasons = { ...ordersRefusals, ...findingsRefusals };
    for (const reason of ['orders.changed_meanwhile', 'findings.changed_meanwhile'] as const) {
      for (const text of [english, chinese]) {
        expect(codeWords(text)).toEqual(expect.arrayContaining([reason, ...reasons[reason]]));
      }
    }
  });

  it('names every deed that there is, and no other', () => {
    const named = (about: string): string[] => codeWords((english.split(about)[1] ?? '').split('.')[0] ?? '');
    const types = (schema: z.ZodDiscriminatedUnion): string[] =>
      schema.options.flatMap((one) => {
        const { type } = (one as z.ZodObject).shape;
        return [...((type as z.ZodLiteral).values as Set<string>)];
      });
    const fields = ['crew', 'memberIds'];
    const ofOrders = named('Deeds of orders:').filter((word) => !fields.includes(word));
    expect(ofOrders.toSorted()).toEqual(types(orderDeedSchema as never).toSorted());
    expect(named('Deeds of findings:').toSorted()).toEqual(types(findingWorkSchema as never).toSorted());
  });
});
