import type { HubTrouble } from '../hub/troubles.ts';
import { escapeHtml } from '../../src-shared/escapeHtml.ts';

interface Words {
  title: string;
  happened: string;
  todo: string;
}

/** What happened and what to do, in both languages: for whoever stands before the wall, so without commands or raw errors. */
function explain(trouble: HubTrouble): { chinese: Words; english: Words } {
  switch (trouble.kind) {
    case 'starting':
      return {
        chinese: { title: '正在启动', happened: '明厨服务器正在启动。', todo: '请稍候，画面会自动出现。' },
        english: {
          title: 'Starting',
          happened: 'The Mingchu server is starting.',
          todo: 'Please wait. The picture appears by itself.',
        },
      };
    case 'unreachable':
      return {
        chinese: {
          title: '无法连接服务器',
          happened: '服务器没有应答。',
          todo: '请检查服务器是否开机、网线是否插好，或联系运维人员。恢复后画面会自动出现。',
        },
        english: {
          title: 'The server cannot be reached',
          happened: 'The server does not answer.',
          todo: 'Check that the server is on and that the network cable is plugged in, or call the technical staff. The picture comes back by itself.',
        },
      };
    case 'notAHub':
      return {
        chinese: {
          title: '连接的不是明厨服务器',
          happened: '这个地址由另一个程序应答。',
          todo: '请联系运维人员核对服务器地址。',
        },
        english: {
          title: 'This is not a Mingchu server',
          happened: 'Another program answers at this address.',
          todo: 'Ask the technical staff to check the address of the server.',
        },
      };
    case 'otherCertificate':
      return {
        chinese: {
          title: '服务器证书不一致',
          happened: '应答的机器出示的证书与核对过的不同，因此没有连接。',
          todo: '请联系运维人员：服务器更换证书后，需在本机重新核对指纹。',
        },
        english: {
          title: 'The certificate of the server is another one',
          happened:
            'The machine that answers shows another certificate than the one that was compared, so it is not used.',
          todo: 'Call the technical staff: after the server got a new certificate, its fingerprint is compared on this machine again.',
        },
      };
    case 'hubEnded':
      return {
        chinese: {
          title: '服务器已停止',
          happened: '本机的明厨服务器意外停止，正在重新启动。',
          todo: '如果长时间没有恢复，请联系运维人员。',
        },
        english: {
          title: 'The server has stopped',
          happened: 'The Mingchu server on this machine ended unexpectedly and is being started again.',
          todo: 'If this page stays, call the technical staff.',
        },
      };
  }
}

/** What the technical staff need: addresses, commands and the last lines of the server's output. */
function technicalDetails(trouble: HubTrouble): string {
  switch (trouble.kind) {
    case 'starting':
      return '';
    case 'unreachable':
      return `${trouble.origin} does not answer. The server runs with “npm run hub”; MINGCHU_HUB_URL names another address, and Ctrl+Alt+Shift+M opens the settings, where servers of the network are found.\n${trouble.detail.trim().slice(-2_000)}`;
    case 'notAHub':
      return `${trouble.origin} is answered by another program. Stop the program that has this port, or name the server in MINGCHU_HUB_URL.`;
    case 'otherCertificate':
      return `${trouble.origin}: press Ctrl+Alt+Shift+M, choose “Find a server”, and compare the fingerprint with “npm run tls -- status” on the server.`;
    case 'hubEnded':
      return trouble.detail.trim().slice(-2_000);
  }
}

/**
 * A page without scripts that says, in Chinese and English, why no surface is shown and what to do. Whoever shows it
 * tries again and replaces it.
 */
export function renderNoHubPage(trouble: HubTrouble): string {
  const { chinese, english } = explain(trouble);
  const detail = technicalDetails(trouble);
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
summary { font-size: 1.8vmin; color: #9aa4ae; cursor: pointer; margin-bottom: 1vmin; }
pre { max-width: 110vmin; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 1.8vmin; color: #9aa4ae; border-left: 0.4vmin solid #d29922; padding-left: 2vmin; margin: 0; }
</style>
</head>
<body>
<main>
${section(chinese, 'zh-CN')}
${section(english, 'en')}
${detail === '' ? '' : `<details><summary>技术信息 · Technical details</summary><pre>${escapeHtml(detail)}</pre></details>`}
</main>
</body>
</html>
`;
}

/** The same page as an address that any browser opens by itself. */
export function noHubPageUrl(trouble: HubTrouble): string {
  return `data:text/html;charset=utf-8;base64,${Buffer.from(renderNoHubPage(trouble)).toString('base64')}`;
}
