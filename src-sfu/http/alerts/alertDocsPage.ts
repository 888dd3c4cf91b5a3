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

/** The description as a page: static, with no script and nothing from elsewhere. */
export function alertDocsPage({ info, paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationSection(method, path, operation)),
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `<h3 id="${escape(name)}">${escape(name)}</h3>${schemaTable(schema)}`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(info.title)}</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head><body><main>
<h1>${escape(info.title)}</h1><p>${escape(info.version)} · <a href="openapi.json">openapi.json</a> (OpenAPI 3.1)</p>
<h2>Signing 签名</h2>${prose(info.description)}
${operations.join('\n')}
<h2>Schemas</h2>${schemas.join('\n')}
</main></body></html>`;
}

function operationSection(method: string, path: string, operation: OpenApiOperation): string {
  const headers = operation.parameters.map(({ name, required, description }) => [
    `<code>${escape(name)}</code>${required ? ' <span class="must">required</span>' : ''}`,
    escape(description),
  ]);
  const bodies = Object.entries(operation.requestBody.content).map(
    ([type, { schema, example }]) =>
      `<p><code>${escape(type)}</code>: ${typeOf(schema)}</p>${
        example === undefined ? '' : `<pre>${escape(JSON.stringify(example, null, 2))}</pre>`
      }`,
  );
  const responses = Object.entries(operation.responses).map(([status, { description, headers: sent }]) => [
    `<code>${escape(status)}</code>`,
    escape(description) + (sent === undefined ? '' : ` With ${escape(Object.keys(sent).join(', '))}.`),
  ]);
  return `<h2><code>${method.toUpperCase()} ${escape(path)}</code></h2>
<p>${escape(operation.summary)}. ${escape(operation.description)}</p>
<h3>Headers</h3>${table(['header', 'meaning'], headers)}
<h3>Body</h3>${bodies.join('')}
<h3>Answers</h3>${table(['status', 'meaning'], responses)}`;
}

function schemaTable(schema: JsonSchema): string {
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  const required = (schema.required ?? []) as string[];
  const rows = Object.entries(properties).map(([name, property]) => [
    `<code>${escape(name)}</code>${required.includes(name) ? ' <span class="must">required</span>' : ''}`,
    typeOf(property),
    escape(textOf(property.description)),
  ]);
  return table(['field', 'type', 'meaning'], rows);
}

/** A schema in words, as HTML. */
function typeOf(schema: JsonSchema): string {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return `<a href="#${escape(name)}">${escape(name)}</a>`;
  }
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (choices !== undefined) return choices.map(typeOf).join(' or ');
  if (Array.isArray(schema.enum))
    return schema.enum.map((one) => `<code>${escape(String(one))}</code>`).join(', ');
  if (schema.type === 'array') {
    const most = schema.maxItems === undefined ? '' : ` (at most ${String(schema.maxItems)})`;
    return `list${most} of ${typeOf((schema.items ?? {}) as JsonSchema)}`;
  }
  if (schema.type === 'object') {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
    if (properties.length === 0) return 'object';
    return `{ ${properties.map(([name, one]) => `<code>${escape(name)}</code>: ${typeOf(one)}`).join(', ')} }`;
  }
  const limits = [
    schema.format === undefined ? '' : textOf(schema.format),
    schema.maxLength === undefined ? '' : `at most ${String(schema.maxLength)} characters`,
    schema.minimum === undefined || schema.maximum === undefined || Number(schema.maximum) > 1e12
      ? ''
      : `${String(schema.minimum)}…${String(schema.maximum)}`,
  ].filter((limit) => limit !== '');
  return escape(`${textOf(schema.type)}${limits.length === 0 ? '' : ` (${limits.join(', ')})`}`);
}

function prose(text: string): string {
  return text
    .split('\n\n')
    .map((block) =>
      block.startsWith('    ')
        ? `<pre>${escape(block.replace(/^ {4}/gm, ''))}</pre>`
        : `<p>${escape(block).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`,
    )
    .join('\n');
}

function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = headers.map((text) => `<th>${escape(text)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function escape(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
