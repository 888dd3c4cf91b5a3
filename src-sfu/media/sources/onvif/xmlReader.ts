/**
 * XML as devices write it, read into a small tree: names without their prefixes, text, attributes. There is no document type, no
 * entity but the five of XML and character numbers, and nothing is loaded, so there is nothing to bomb. What is malformed is
 * refused as a whole.
 */
export interface XmlElement {
  /** Without the prefix. */
  name: string;
  /** What its prefix stands for; empty where nothing is declared. */
  namespace: string;
  /** Names without their prefixes; declarations of prefixes are left out. */
  attributes: ReadonlyMap<string, string>;
  /** The text directly in it, trimmed. */
  text: string;
  children: readonly XmlElement[];
}

/** The text is no XML that is taken here. The message says why, without the text itself. */
export class XmlError extends Error {
  override name = 'XmlError';
}

/** Deeper, or with more elements, is no answer of a device: schedules and profiles of large ones stay far below. */
const maxDepth = 32;
const maxElements = 20_000;
const maxAttributes = 64;
const maxPrefixes = 128;
/** Of the whole document: devices that declare a prefix again at each element stay below. */
const maxDeclarations = 10_000;
const maxNameLength = 256;

const nameForm = /[^\s<>/=&"'?!]+/y;
const attributeForm = /\s+([^\s<>/=&"'?!]+)\s*=\s*("[^"<]*"|'[^'<]*')/y;
const tagEndForm = /\s*(\/?)>/y;
const namedEntities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Prefixes that one tag declares, and those of the tags around it. Nothing is copied, whatever a tag declares. */
interface Scope {
  own: Map<string, string>;
  outer: Scope | undefined;
  /** Different prefixes of it and of those around it. */
  size: number;
}

interface OpenElement extends XmlElement {
  fullName: string;
  scope: Scope | undefined;
  pieces: string[];
  text: string;
  children: XmlElement[];
}

/** Reads a document and gives its root. The time it takes grows with its length only, also where each tag declares prefixes. Throws XmlError. */
export function readXml(source: string): XmlElement {
  const text = source.replaceAll('\0', '').replace(/^\uFEFF/, '');
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let declarations = 0;
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const end = next === -1 ? text.length : next;
    const between = text.slice(at, end);
    const parent = open.at(-1);
    if (parent !== undefined) parent.pieces.push(plainText(between));
    else if (root === undefined && between.trim() !== '') throw new XmlError('text stands before the root');
    if (next === -1) break;
    if (text.startsWith('<!--', next)) at = behind(text, '-->', next + 4);
    else if (text.startsWith('<![CDATA[', next)) {
      at = behind(text, ']]>', next + 9);
      parent?.pieces.push(text.slice(next + 9, at - 3));
    } else if (text.startsWith('<?', next)) at = behind(text, '?>', next + 2);
    else if (text.startsWith('<!', next)) throw new XmlError('it has a document type');
    else if (text.startsWith('</', next)) {
      at = behind(text, '>', next + 2);
      const closed = open.pop();
      if (closed?.fullName !== text.slice(next + 2, at - 1).trim())
        throw new XmlError('an element is closed that is not open');
      closed.text = closed.pieces.join('').trim();
      if (open.length > 0) continue;
      root = closed;
      // Some devices send rubbish behind the document.
      break;
    } else {
      const tag = readTag(text, next + 1, parent?.scope);
      at = tag.end;
      elements += 1;
      declarations += tag.declarations;
      if (elements > maxElements) throw new XmlError(`it has more than ${maxElements} elements`);
      if (declarations > maxDeclarations) throw new XmlError('it declares prefixes again and again');
      parent?.children.push(tag.element);
      if (!tag.isEmpty) {
        if (open.length >= maxDepth) throw new XmlError(`it is nested deeper than ${maxDepth}`);
        open.push(tag.element);
      } else if (parent === undefined) {
        root = tag.element;
        break;
      }
    }
  }
  if (root === undefined) throw new XmlError('it ends before its root does');
  return root;
}

function readTag(
  text: string,
  start: number,
  outer: Scope | undefined,
): { element: OpenElement; end: number; isEmpty: boolean; declarations: number } {
  nameForm.lastIndex = start;
  const fullName = nameForm.exec(text)?.[0] ?? '';
  if (fullName === '' || fullName.length > maxNameLength) throw new XmlError('a tag has no name');
  const attributes = new Map<string, string>();
  const own = new Map<string, string>();
  let count = 0;
  let declarations = 0;
  let at = start + fullName.length;
  for (;;) {
    attributeForm.lastIndex = at;
    const match = attributeForm.exec(text);
    if (match === null) break;
    const [all, name = '', value = ''] = match;
    count += 1;
    if (count > maxAttributes) throw new XmlError('a tag has too many attributes');
    const plain = plainText(value.slice(1, -1));
    if (name === 'xmlns' || name.startsWith('xmlns:')) {
      own.set(name.slice('xmlns:'.length), plain);
      declarations += 1;
    } else attributes.set(localName(name), plain);
    at += all.length;
  }
  tagEndForm.lastIndex = at;
  const tagEnd = tagEndForm.exec(text);
  if (tagEnd === null) throw new XmlError('a tag is malformed');
  const scope = own.size === 0 ? outer : within(own, outer);
  if (scope !== undefined && scope.size > maxPrefixes) throw new XmlError('it declares too many prefixes');
  const prefix = fullName.includes(':') ? fullName.slice(0, fullName.indexOf(':')) : '';
  const element = {
    name: localName(fullName),
    namespace: namespaceOf(prefix, scope) ?? '',
    fullName,
    scope,
    attributes,
    pieces: [],
    text: '',
    children: [],
  };
  return { element, end: at + tagEnd[0].length, isEmpty: tagEnd[1] === '/', declarations };
}

function within(own: Map<string, string>, outer: Scope | undefined): Scope {
  const added = [...own.keys()].filter((prefix) => namespaceOf(prefix, outer) === undefined).length;
  return { own, outer, size: (outer?.size ?? 0) + added };
}

/** At most as many steps as a document may be deep. */
function namespaceOf(prefix: string, scope: Scope | undefined): string | undefined {
  for (let at = scope; at !== undefined; at = at.outer) {
    const found = at.own.get(prefix);
    if (found !== undefined) return found;
  }
  return undefined;
}

function behind(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  if (at === -1) throw new XmlError('it ends within a tag');
  return at + mark.length;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Text with the five entities and character numbers put in; any other entity stays as it is written. */
function plainText(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
    (all, name, digits, hex) => {
      if (typeof name === 'string') return namedEntities[name.toLowerCase()] ?? all;
      const code = typeof digits === 'string' ? Number(digits) : Number.parseInt(String(hex), 16);
      const isCharacter = code >= 0x20 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff);
      return isCharacter ? String.fromCodePoint(code) : '';
    },
  );
}

/** The first element down this path of names; undefined where one is missing. */
export function descend(from: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let element = from;
  for (const name of path) element = element?.children.find((child) => child.name === name);
  return element;
}

/** The text of the element down this path; undefined where it is missing or empty. */
export function textAt(from: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  const text = descend(from, ...path)?.text;
  return text === '' ? undefined : text;
}

/** All direct children of this name. */
export function childrenOf(from: XmlElement | undefined, name: string): XmlElement[] {
  return from?.children.filter((child) => child.name === name) ?? [];
}
