import type { HubTrouble } from './troubles.ts';

interface Words {
  title: string;
  happened: string;
  todo: string;
}

/** What happened and what to do, in both languages. */
function explain(trouble: HubTrouble): { chinese: Words; english: Words } {
  switch (trouble.kind) {
    case 'starting':
      return {
        chinese: { title: '正在启动', happened: '明厨主机正在启动。', todo: '请稍候，画面会自动出现。' },
        english: {
          title: 'Starting',
          happened: 'The hub of Mingchu is starting.',
          todo: 'Please wait; the picture comes by itself.',
        },
      };
    case 'unreachable':
      return {
        chinese: {
          title: '无法连接主机',
          happened: `${trouble.origin} 没有应答。`,
          todo: '请检查主机是否开机、“npm run hub”是否在运行、网线是否插好。恢复后画面会自动回来。',
        },
        english: {
          title: 'The hub cannot be reached',
          happened: `Nothing answers at ${trouble.origin}.`,
          todo: 'Check that the hub’s machine is on, that “npm run hub” runs there, and the network cable. The picture comes back by itself.',
        },
      };
    case 'notAHub':
      return {
        chinese: {
          title: '地址不是明厨主机',
          happened: `${trouble.origin} 由另一个程序应答。`,
          todo: '请停止占用该端口的程序，或用 MINGCHU_HUB_URL 指定正确的主机地址。',
        },
        english: {
          title: 'This is not a hub',
          happened: `Another program answers at ${trouble.origin}.`,
          todo: 'Stop the program that has this port, or name the right hub in MINGCHU_HUB_URL.',
        },
      };
    case 'hubEnded':
      return {
        chinese: {
          title: '主机已停止',
          happened: '本机的明厨主机意外停止，正在重新启动。',
          todo: '若一直如此，请按下面的提示处理，或把它交给维护人员。',
        },
        english: {
          title: 'The hub has stopped',
          happened: 'The hub on this machine ended unexpectedly and is being started again.',
          todo: 'If this stays, follow what it says below, or show it to whoever maintains it.',
        },
      };
  }
}

/**
 * A page without scripts that says, in Chinese and English, why no surface is shown and what to do. Whoever shows it
 * tries again and replaces it.
 */
export function renderNoHubPage(trouble: HubTrouble): string {
  const { chinese, english } = explain(trouble);
  const detail = 'detail' in trouble ? trouble.detail.trim().slice(-2_000) : '';
  const section = (words: Words, language: string): string => `<section lang="${language}">
<h1>${escapeHtml(words.title)}</h1>
<p>${escapeHtml(words.happened)}</p>
<p>${escapeHtml(words.todo)}</p>
</section>`;
  return `<!doctype html>
<html lang="zh-CN" translate="no">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>明厨 · ${escapeHtml(chinese.title)}</title>
<style>
html { background: #14171a; color: #c9d1d9; font: 2.2vmin/1.6 "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 6vmin; box-sizing: border-box; }
section { max-width: 110vmin; margin-bottom: 4vmin; }
h1 { font-size: 4.4vmin; font-weight: 500; margin: 0 0 1vmin; color: #e6edf3; }
section + section h1 { font-size: 3vmin; }
p { margin: 0; }
pre { max-width: 110vmin; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 1.8vmin; color: #9aa4ae; border-left: 0.4vmin solid #d29922; padding-left: 2vmin; margin: 0; }
</style>
</head>
<body>
<main>
${section(chinese, 'zh-CN')}
${section(english, 'en')}
${detail === '' ? '' : `<pre>${escapeHtml(detail)}</pre>`}
</main>
</body>
</html>
`;
}

/** The same page as an address that any browser opens by itself. */
export function noHubPageUrl(trouble: HubTrouble): string {
  return `data:text/html;charset=utf-8;base64,${Buffer.from(renderNoHubPage(trouble)).toString('base64')}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
