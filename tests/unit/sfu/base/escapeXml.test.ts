import { expect, it } from 'vitest';
import { escapeXml } from '../../../../src-sfu/base/escapeXml.ts';
import { itemText } from '../../../../src-sfu/media/cascade/upperTexts.ts';

it.each([
  ['markup', `<b a="1">&amp;</b>`, '&lt;b a=&quot;1&quot;&gt;&amp;amp;&lt;/b&gt;'],
  ['what XML allows', '后厨\t𠮷 \uFFFD\uE000', '后厨\t𠮷 \uFFFD\uE000'],
  ['the two that are no characters', 'a\uFFFEb\uFFFFc', 'abc'],
  ['control characters', 'a\u0000\u0008\u001fb', 'ab'],
  ['half of a pair', 'a\ud842b', 'a\uFFFDb'],
])('%s: is put into XML so that the message stays whole', (_name, text, written) => {
  expect(escapeXml(text)).toBe(written);
});

it('a name with a character that XML forbids does not break the list that an upper platform reads', () => {
  const gbId = '42120200001320000001';
  const item = itemText({ gbId, parentId: '421202', name: '后厨\uFFFE\uFFFF<1>\n2' });
  expect(item).toContain('<Name>后厨&lt;1&gt; 2</Name>');
});
