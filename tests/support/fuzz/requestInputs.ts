import { z } from 'zod';
import { requests, type RequestName } from '../../../src-shared/protocol/index.ts';
import type { Chance } from './chance.ts';

/** The parts of JSON Schema (2020-12) that zod writes for the inputs of requests. */
interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  prefixItems?: Schema[];
  minItems?: number;
  minLength?: number;
  minimum?: number;
  maximum?: number;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

export const requestNames = Object.keys(requests) as RequestName[];

const schemas = new Map<RequestName, Schema>();

/** An input that comes close to what a request asks for: the right members with values of the right types. */
export function inputLike(name: RequestName, chance: Chance): unknown {
  let schema = schemas.get(name);
  if (schema === undefined) {
    schema = z.toJSONSchema(requests[name].input, { unrepresentable: 'any', io: 'input' }) as Schema;
    schemas.set(name, schema);
  }
  return valueLike(schema, schema, chance, 0);
}

function valueLike(schema: Schema, root: Schema, chance: Chance, depth: number): unknown {
  if (schema.$ref !== undefined) {
    const target = schema.$ref === '#' ? root : root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    return target === undefined || depth > 8 ? null : valueLike(target, root, chance, depth + 1);
  }
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined) return chance.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return valueLike(chance.pick(choices), root, chance, depth + 1);
  if (schema.allOf !== undefined) {
    return Object.assign(
      {},
      ...schema.allOf.map((part) => valueLike(part, root, chance, depth + 1)),
    ) as unknown;
  }
  switch (schema.type) {
    case 'object': {
      const members = Object.entries(schema.properties ?? {}).filter(
        ([name]) => schema.required?.includes(name) === true || chance.happens(0.5),
      );
      return Object.fromEntries(
        members.map(([name, part]) => [name, valueLike(part, root, chance, depth + 1)]),
      );
    }
    case 'array': {
      if (schema.prefixItems !== undefined)
        return schema.prefixItems.map((part) => valueLike(part, root, chance, depth + 1));
      const { items } = schema;
      const length = Math.max(schema.minItems ?? 0, chance.below(4));
      return items === undefined
        ? []
        : Array.from({ length }, () => valueLike(items, root, chance, depth + 1));
    }
    case 'integer':
    case 'number': {
      const least = Math.max(schema.minimum ?? 0, -1e6);
      const most = Math.min(schema.maximum ?? 1_000, 1e12);
      return Math.floor(least + chance.next() * Math.max(0, most - least));
    }
    case 'boolean':
      return chance.happens(0.5);
    case 'null':
      return null;
    default:
      return chance.pick(['ann', 'main', 'wenquan', 'c1', 'x'.repeat(schema.minLength ?? 3)]);
  }
}
