import { expect, test } from 'vitest';
import { alertsCsvHeader } from '../../../../../src-sfu/http/alerts/alertsCsv.ts';

test.each([
  ['zh-CN', ['预警类别', '预警类型', '单位类型'], ['类别', '种类', '类型']],
  ['en', ['Class', 'Alert type', 'Site type'], ['Kind', 'Type']],
] as const)('the columns are named by the field’s own terms: %s', (language, terms, others) => {
  const columns = alertsCsvHeader(language).trim().split(',');
  for (const term of terms) expect(columns).toContain(term);
  for (const other of others) expect(columns).not.toContain(other);
  expect(columns).toHaveLength(alertsCsvHeader('en').split(',').length);
});
