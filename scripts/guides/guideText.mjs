/** Turns the text of a guide into HTML. It knows what the guides are written with (headings, paragraphs, lists, tables, bold, code, links), and no more. */

/** A link in the text of a guide. */
const link = /\[([^\]]+)\]\(([^)\s]+)\)/g;
/** An item of a list, by a bullet or a number. */
const item = /^(?:-|\d+\.) /;
const cellBorder = /(?<!\\)\|/;

/**
 * @param {string} text a guide in Markdown
 * @param {(target: string) => string | undefined} hrefOf the address of a link's target; undefined where only its words stay
 * @returns {string} HTML of the page's body; throws where the text has something else in it
 */
export function guideHtml(text, hrefOf) {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((block) => blockHtml(block, hrefOf))
    .join('\n');
}

/**
 * @param {string} block
 * @param {(target: string) => string | undefined} hrefOf
 */
function blockHtml(block, hrefOf) {
  const words = (part) => inlineHtml(part, hrefOf);
  const heading = /^(#{1,2}) (.+)$/.exec(block);
  if (heading) return `<h${heading[1].length}>${words(heading[2])}</h${heading[1].length}>`;
  if (/^(#|```|>|!\[|<)/m.test(block)) throw new Error(`A guide cannot have this block:\n${block}`);
  if (block.startsWith('|')) return tableHtml(block.split('\n'), words);
  if (item.test(block)) {
    const kind = block.startsWith('-') ? 'ul' : 'ol';
    const items = block
      .split(/\n(?=(?:-|\d+\.) )/)
      .map((one) => `<li>${words(joined(one.replace(item, '')))}</li>`);
    return `<${kind}>${items.join('')}</${kind}>`;
  }
  return `<p>${words(joined(block))}</p>`;
}

/**
 * @param {string[]} rows
 * @param {(part: string) => string} words
 */
function tableHtml([header = '', , ...rows], words) {
  const cells = (row, name) =>
    row
      .split(cellBorder)
      .slice(1, -1)
      .map((cell) => `<${name}>${words(cell.trim())}</${name}>`)
      .join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('');
  return `<table><thead><tr>${cells(header, 'th')}</tr></thead><tbody>${body}</tbody></table>`;
}

/**
 * Lines of one paragraph. Between two Chinese characters the break is no space.
 * @param {string} lines
 */
function joined(lines) {
  return lines
    .replaceAll(/(?<=[\u3000-\u9fff\uff00-\uffef])\n\s*(?=[\u3000-\u9fff\uff00-\uffef])/g, '')
    .replaceAll(/\n\s*/g, ' ');
}

/**
 * @param {string} text
 * @param {(target: string) => string | undefined} hrefOf
 */
function inlineHtml(text, hrefOf) {
  // What stands between backquotes is not read any further.
  return text
    .split(/(`[^`]+`)/)
    .map((part) => {
      if (part.startsWith('`')) return `<code>${escaped(part.slice(1, -1))}</code>`;
      return escaped(part)
        .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
        .replaceAll(link, (_whole, words, target) => {
          const href = hrefOf(target);
          return href === undefined ? words : `<a href="${href}">${words}</a>`;
        });
    })
    .join('');
}

/** @param {string} text */
function escaped(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
