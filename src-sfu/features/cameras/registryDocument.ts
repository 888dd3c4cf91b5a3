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

/** registryImportSchema's outer shape: its records are checked one by one. */
const documentShape = z.object({
  sites: z.array(z.unknown()).max(maxImportRecords.sites),
  cameras: z.array(z.unknown()).max(maxImportRecords.cameras),
});

/** Records checked at a time; between two, the hub's other work gets its turn. */
const recordsPerTurn = 200;

/** Reads anything a client sent as `registryImportSchema` would, without holding up the hub for the whole of it. */
export async function readRegistryDocument(
  document: unknown,
): Promise<{ registry: RegistryImport; problems: RegistryProblem[] }> {
  const parsed = documentShape.safeParse(document);
  const problems: RegistryProblem[] = [];
  const report = (issues: z.core.$ZodIssue[], ...place: (string | number)[]): void => {
    for (const { path, message } of issues) problems.push({ path: [...place, ...path].join('.'), message });
  };
  if (!parsed.success) {
    report(parsed.error.issues);
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
        problems.push({ ...unstorable, path: `${table}.${index}.${unstorable.path}` });
      } else if (result.success) outputs.push(result.data);
      else report(result.error.issues, table, index);
    }
    return outputs;
  };
  const sites = await readAll(parsed.data.sites, siteImportSchema, 'sites');
  const cameras = await readAll(parsed.data.cameras, cameraImportSchema, 'cameras');
  return { registry: { sites, cameras }, problems };
}
