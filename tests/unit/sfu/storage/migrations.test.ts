import { describe, expect, it } from 'vitest';
import { readMigrations } from '../../../../src-sfu/storage/migrations.ts';

/** The names of the steps that were released: databases of users have them in this order. */
const released = [
  '0001_registry',
  '0002_camera_health',
  '0003_alerts',
  '0004_squads',
  '0005_whip',
  '0006_camera_sign_ins',
  '0007_alert_content',
];

describe('the migrations of the store', () => {
  it('begin with those that were released, under their names and in their order', async () => {
    expect(Object.keys(await readMigrations()).slice(0, released.length)).toEqual(released);
  });

  it('have one number each, and something to do', async () => {
    const migrations = await readMigrations();
    const numbers = Object.keys(migrations).map((name) => name.slice(0, 4));
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const [name, migration] of Object.entries(migrations))
      expect(migration.up, name).toBeTypeOf('function');
  });
});
