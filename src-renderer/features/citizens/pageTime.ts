/** A moment with its day, as people read it on the public's page: `11月30日 09:05`, `30 Nov, 09:05`. */
export function pageTime(atMs: number, language: string): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(atMs);
}
