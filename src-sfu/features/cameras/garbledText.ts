/** Text that was read in a wrong encoding somewhere on its way, and stored so. */
import iconv from 'iconv-lite';

/** What GBK and Windows programs leave of damaged text: replacement characters and unset memory, read as Chinese. */
const knownDebris = /锟斤拷|锟斤|斤拷|烫烫烫|屯屯屯|锘縠|锘匡/;
/** Characters that Windows-1252 has beyond Latin-1, such as `€` and `’`, and Latin-1's own. */
const westernRun = /[\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{2,}/g;
const ideograph = /\p{Script=Han}/gu;

/** Whether text was decoded with a wrong encoding, such as `锟斤拷`, `Ã©` or `鍜屽畞` for 咸宁. */
export function isGarbled(text: string): boolean {
  if (knownDebris.test(text)) return true;
  for (const [run] of text.matchAll(westernRun)) {
    if (isUtf8ReadAsWestern(run) || isGbkReadAsWestern(run)) return true;
  }
  return isUtf8ReadAsGbk(text);
}

/**
 * UTF-8 read as Windows-1252: `å’¸å®`, `Ã©`. A sequence of two bytes counts alone when it stands for a western letter, as
 * `É”` (a capital before a closing quotation mark) would be one by chance.
 */
function isUtf8ReadAsWestern(run: string): boolean {
  const text = new TextDecoder().decode(westernBytes(run));
  const chinese = text.match(ideograph)?.length ?? 0;
  const western = text.match(/[\u00a0-\u00ff]/g)?.length ?? 0;
  const other = text.match(/[\u0370-\u04ff\u3040-\u30ff\uac00-\ud7af\u2010-\u203a]/g)?.length ?? 0;
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return chinese + western + other > broken && (chinese > 0 || western > 0 || other > 1);
}

/** GBK read as Latin-1: `ÏÌÄþ`. Four accented letters in a row that decode to Chinese ones, most of them frequent. */
function isGbkReadAsWestern(run: string): boolean {
  const bytes = westernBytes(run);
  if (bytes.length < 4 || bytes.length % 2 === 1) return false;
  let frequent = 0;
  for (let index = 0; index < bytes.length; index += 2) {
    const lead = bytes[index] ?? 0;
    if (lead < 0xa1 || (bytes[index + 1] ?? 0) < 0xa1) return false;
    // GB2312's first level, its 3,755 frequent characters, has lead bytes B0 to D7.
    if (lead >= 0xb0 && lead <= 0xd7) frequent += 1;
  }
  return frequent * 4 >= (bytes.length / 2) * 3;
}

function westernBytes(run: string): Uint8Array {
  return Uint8Array.from(run, (character) => {
    const code = character.charCodeAt(0);
    return code <= 0xff ? code : iconv.encode(character, 'windows-1252')[0]!;
  });
}

/**
 * UTF-8 read as GBK: `鍜屽畞甯` for 咸宁市. Written as GBK again it is nearly all valid UTF-8 of Chinese characters, which
 * takes three bytes in a narrow range each; Chinese text itself gives next to none.
 */
function isUtf8ReadAsGbk(text: string): boolean {
  if ((text.match(ideograph)?.length ?? 0) < 3) return false;
  const again = new TextDecoder().decode(iconv.encode(text, 'gb18030'));
  const chinese = again.match(ideograph)?.length ?? 0;
  const broken = again.match(/\ufffd/g)?.length ?? 0;
  return chinese >= 2 && broken <= chinese / 2;
}
