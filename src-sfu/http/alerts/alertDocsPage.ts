import { escapeHtml } from '../../../src-shared/escapeHtml.ts';
import { inLanguage, pageWords, type DocsLanguage } from './alertDocsWords.ts';
import type { JsonSchema, OpenApiDocument, OpenApiOperation } from './alertOpenApi.ts';

const style = `
body{margin:0;background:#14171a;color:#dfe3e6;font:16px/1.55 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 6rem}
h1,h2,h3{line-height:1.25;color:#fff}h2{margin-top:3rem;border-bottom:1px solid #333a40;padding-bottom:.3rem}
code,pre{font-family:ui-monospace,"Noto Sans Mono CJK SC",monospace;font-size:.875em}
pre{background:#0c0e10;border:1px solid #2a3036;border-radius:6px;padding:1rem;overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.75rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid #262c31}
th{color:#9aa5ad;font-weight:600}.must{color:#f0b84a}a{color:#8ab4d8}
`;

/** The description as a page in one language: static, with no script and nothing from elsewhere. */
export function alertDocsPage({ info, paths, components }: OpenApiDocument, language: DocsLanguage): string {
  const words = pageWords[language];
  const other: DocsLanguage = language === 'en' ? 'zh-CN' : 'en';
  const title = escapeHtml(inLanguage(info.title, language));
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationSection(method, path, operation, language)),
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<h3 id="${escapeHtml(name)}">${escapeHtml(name)}</h3>${schemaTable(schema, language)}`,
  );
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head><body><main>
<p><a href="?lang=${other}" lang="${other}" hreflang="${other}">${words.otherLanguage}</a></p>
<h1>${title}</h1><p>${escapeHtml(info.version)} · <a href="openapi.json">openapi.json</a> (OpenAPI 3.1)</p>
<h2>${words.signing}</h2>${prose(info.description, language)}
${operations.join('\n')}
<h2>${words.schemas}</h2>${schemas.join('\n')}
</main></body></html>`;
}

function operationSection(
  method: string,
  path: string,
  operation: OpenApiOperation,
  language: DocsLanguage,
): string {
  const words = pageWords[language];
  const say = (text: string): string => escapeHtml(inLanguage(text, language));
  const headers = operation.parameters.map(({ name, required, description }) => [
    `<code>${escapeHtml(name)}</code>${required ? ` <span class="must">${words.required}</span>` : ''}`,
    say(description),
  ]);
  const bodies = Object.entries(operation.requestBody.content).map(
    ([type, { schema, example }]) =>
      `<p><code>${escapeHtml(type)}</code>: ${typeOf(schema, language)}</p>${
        example === undefined ? '' : `<pre>${escapeHtml(JSON.stringify(example, null, 2))}</pre>`
      }`,
  );
  const responses = Object.entries(operation.responses).map(([status, { description, headers: sent }]) => [
    `<code>${escapeHtml(status)}</code>`,
    say(description) +
      (sent === undefined ? '' : words.withHeaders(escapeHtml(Object.keys(sent).join(', ')))),
  ]);
  return `<h2><code>${method.toUpperCase()} ${escapeHtml(path)}</code></h2>
<p>${say(operation.summary)}${words.fullStop}${say(operation.description)}</p>
<h3>${words.headers}</h3>${table([words.header, words.meaning], headers)}
<h3>${words.body}</h3>${bodies.join('')}
<h3>${words.answers}</h3>${table([words.status, words.meaning], responses)}`;
}

function schemaTable(schema: JsonSchema, language: DocsLanguage): string {
  const words = pageWords[language];
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  const required = (schema.required ?? []) as string[];
  const rows = Object.entries(properties).map(([name, property]) => [
    `<code>${escapeHtml(name)}</code>${required.includes(name) ? ` <span class="must">${words.required}</span>` : ''}`,
    typeOf(property, language),
    escapeHtml(inLanguage(textOf(property.description), language)),
  ]);
  return table([words.field, words.type, words.meaning], rows);
}

/** A schema in words, as HTML. */
function typeOf(schema: JsonSchema, language: DocsLanguage): string {
  const words = pageWords[language];
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`;
  }
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (choices !== undefined) return choices.map((one) => typeOf(one, language)).join(words.or);
  if (Array.isArray(schema.enum))
    return schema.enum.map((one) => `<code>${escapeHtml(String(one))}</code>`).join(', ');
  if (schema.type === 'array') {
    const most = schema.maxItems === undefined ? '' : `${schema.maxItems as number}`;
    return words.list(most, typeOf((schema.items ?? {}) as JsonSchema, language));
  }
  if (schema.type === 'object') {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
    if (properties.length === 0) return words.object;
    const fields = properties.map(
      ([name, one]) => `<code>${escapeHtml(name)}</code>: ${typeOf(one, language)}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  const named = (word: string): string => words.types[word] ?? word;
  const limits = [
    schema.format === undefined ? '' : named(textOf(schema.format)),
    schema.maxLength === undefined ? '' : words.atMostCharacters(`${schema.maxLength as number}`),
    schema.minimum === undefined || schema.maximum === undefined || Number(schema.maximum) > 1e12
      ? ''
      : `${String(schema.minimum)}…${String(schema.maximum)}`,
  ].filter((limit) => limit !== '');
  return escapeHtml(`${named(textOf(schema.type))}${limits.length === 0 ? '' : ` (${limits.join(', ')})`}`);
}

function prose(text: string, language: DocsLanguage): string {
  return text
    .split('\n\n')
    .map((block) =>
      block.startsWith('    ')
        ? `<pre>${escapeHtml(block.replace(/^ {4}/gm, ''))}</pre>`
        : `<p>${escapeHtml(inLanguage(block, language)).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`,
    )
    .join('\n');
}

function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = headers.map((text) => `<th>${escapeHtml(text)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
