import { describe, expect, it } from 'vitest';
import { escapeXml } from '../../../../../../src-sfu/base/escapeXml.ts';
import {
  childrenOf,
  readXml,
  textAt,
  XmlError,
} from '../../../../../../src-sfu/media/sources/onvif/xmlReader.ts';

describe('XML of a device', () => {
  it('is read without prefixes, with its five entities and character numbers', () => {
    const root = readXml(
      '\uFEFF<?xml version="1.0"?>\r\n<!-- c --><a:r xmlns:a="u" a:k=\'1 &amp; 2\' l="&lt;"> x<b>A&#66;&#x43;</b><a:b/> <![CDATA[<y>&amp;]]> </a:r>\0 rubbish',
    );
    expect(root.name).toBe('r');
    expect([...root.attributes]).toEqual([
      ['k', '1 & 2'],
      ['l', '<'],
    ]);
    expect(textAt(root, 'b')).toBe('ABC');
    expect(childrenOf(root, 'b')).toHaveLength(2);
    expect(root.text).toBe('x <y>&amp;');
    expect(textAt(root, 'c', 'd')).toBeUndefined();
  });

  it('is given back as it was put in', () => {
    const odd = `<"'&>\u0001 红灯笼\ud800`;
    expect(readXml(`<a b="${escapeXml(odd)}">${escapeXml(odd)}</a>`).text).toBe(`<"'&> 红灯笼\ufffd`);
  });

  it('knows no entities of its own, and none is put in', () => {
    expect(readXml('<a>&lol;&__proto__;</a>').text).toBe('&lol;&__proto__;');
    expect(() => readXml('<!DOCTYPE a [<!ENTITY lol "lol">]><a>&lol;</a>')).toThrow(XmlError);
  });

  it.each([
    ['nothing', ''],
    ['text', 'no xml'],
    ['an element that does not end', '<a><b></b>'],
    ['elements that cross', '<a><b></a></b>'],
    ['a tag without an end', '<a b="1"'],
    ['an attribute without quotes', '<a b=1/>'],
    ['a tag without a name', '<>'],
    ['a comment without an end', '<!-- <a/>'],
    ['elements in elements without end', '<a>'.repeat(40)],
    ['elements without number', `<a>${'<b/>'.repeat(20_001)}</a>`],
    [
      'attributes without number',
      `<a ${Array.from({ length: 70 }, (_unused, index) => `a${index}="1"`).join(' ')}/>`,
    ],
  ])('is refused with %s', (_what, text) => {
    expect(() => readXml(text)).toThrow(XmlError);
  });
});
