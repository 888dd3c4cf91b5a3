import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import {
  cameraImportSchema,
  maxImportRecords,
  siteImportSchema,
  type RegistryImport,
} from '../../../src-shared/cameras/registryImport.ts';
import { findUnstorable } from '../../../src-shared/protocol/storableText.ts';
import type { RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';
import { registryFault } from '../../../src-shared/cameras/registryFault.ts';
import { faultOfIssue } from './registryRows.ts';
import { decodeText } from './textEncoding.ts';

/** registryImportSchema's outer shape: its records are checked one by one. */
const documentShape = z.object({
  sites: z.array(z.unknown()).max(maxImportRecords.sites),
  cameras: z.array(z.unknown()).max(maxImportRecords.cameras),
});

/** A document as it was read; where there are problems, its records count for nothing. */
export interface RegistryReading {
  registry: RegistryImport;
  /** At most `maxProblems`; `problemCount` counts them all. */
  problems: RegistryProblem[];
  problemCount: number;
}

/** Problems named one by one; the rest is counted. */
export const maxProblems = 100;

/** Reads a document from its bytes, JSON in UTF-8, UTF-16 or GB18030. Nothing is thrown for their content. */
export async function parseRegistryJson(bytes: Uint8Array): Promise<RegistryReading> {
  const unread = (problem: RegistryProblem): RegistryReading => ({
    registry: { sites: [], cameras: [] },
    problems: [problem],
    problemCount: 1,
  });
  const decoded = decodeText(bytes);
  if (!decoded.ok) return unread({ path: '', message: decoded.message, ...decoded.fault });
  let document: unknown;
  try {
    document = JSON.parse(decoded.text);
  } catch (error) {
    const message = `this is not JSON: ${(error as Error).message}`;
    return unread({ path: '', message, ...registryFault('notJson') });
  }
  const { registry, problems } = await readRegistryDocument(document);
  return { registry, problems: problems.slice(0, maxProblems), problemCount: problems.length };
}

/** Records checked at a time; between two, the hub's other work gets its turn. */
const recordsPerTurn = 200;

/**
 * Reads any value that a client sent as `registryImportSchema` would, in steps, so that the hub is not blocked for the whole
 * time.
 */
export async function readRegistryDocument(
  document: unknown,
): Promise<{ registry: RegistryImport; problems: RegistryProblem[] }> {
  const parsed = documentShape.safeParse(document);
  const problems: RegistryProblem[] = [];
  const report = (issues: z.core.$ZodIssue[], root: unknown, ...place: (string | number)[]): void => {
    for (const issue of issues) {
      const value = issue.path.reduce<unknown>(
        (part, key) => (part as Record<PropertyKey, unknown> | null | undefined)?.[key],
        root,
      );
      const path = [...place, ...issue.path].join('.');
      problems.push({ path, message: issue.message, ...faultOfIssue(issue, value) });
    }
  };
  if (!parsed.success) {
    const isObject = typeof document === 'object' && document !== null;
    if (isObject) report(parsed.error.issues, document);
    else
      for (const { message } of parsed.error.issues)
        problems.push({ path: '', message, ...registryFault('notRegistry') });
    return { registry: { sites: [], cameras: [] }, problems };
  }

  const readAll = async <Output>(
    records: unknown[],
    schema: z.ZodType<Output>,
    table: string,
  ): Promise<Output[]> => {
    const outputs: Output[] = [];
    for (const [index, record] of records.entries()) {
      if (index % recordsPerTurn === recordsPerTurn - 1) await nextTurn();
      const result = schema.safeParse(record);
      const unstorable = result.success ? findUnstorable(result.data) : undefined;
      if (unstorable !== undefined) {
        problems.push({
          ...unstorable,
          path: `${table}.${index}.${unstorable.path}`,
          ...registryFault('notStorable'),
        });
      } else if (result.success) outputs.push(result.data);
      else report(result.error.issues, record, table, index);
    }
    return outputs;
  };
  const sites = await readAll(parsed.data.sites, siteImportSchema, 'sites');
  const cameras = await readAll(parsed.data.cameras, cameraImportSchema, 'cameras');
  return { registry: { sites, cameras }, problems };
}
