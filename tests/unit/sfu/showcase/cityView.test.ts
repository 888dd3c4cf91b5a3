import { describe, expect, it } from 'vitest';
import { cityViewOf } from '../../../../src-sfu/features/showcase/cityView.ts';
import { cityViewSchema } from '../../../../src-shared/showcase/showcase.protocol.ts';

const secrets = ['红灯笼餐馆', '温泉路 8 号', '张师傅', '29.86', 'C17'];

describe('the city as visitors see it', () => {
  it('has numbers, and alerts by district and kind, whatever else its sources have', () => {
    const [name, address, person, latitude, cameraId] = secrets;
    const extra = { name, address, person, latitude, cameraId };
    const view = cityViewOf({
      computedAtMs: 1_000_000,
      sites: [
        { district: '咸安区', type: 'restaurant', ...extra },
        { district: '咸安区', type: 'care_home', ...extra },
        { district: '赤壁市', type: 'restaurant', ...extra },
      ] as never,
      cameras: 5,
      camerasOnline: 9,
      day: {
        alerts: [
          { district: '咸安区', kindId: 'no_hat', isHandled: true, count: 3, ...extra },
          { district: '赤壁市', kindId: 'no_hat', isHandled: false, count: 1, ...extra },
          { district: undefined, kindId: 'own_kind', isHandled: false, count: 2, ...extra },
        ] as never,
        recent: [
          { district: '咸安区', kindId: 'no_hat', atMs: 119_999, ...extra },
          { district: '某地', kindId: 'no_hat', atMs: 118_000, ...extra },
          { district: '咸安区', kindId: 'own_kind', atMs: 117_000, ...extra },
        ] as never,
        ordersWritten: 4,
        ordersClosed: 2,
      },
      kindName: (kindId) => (kindId === 'no_hat' ? { 'zh-CN': '未戴工作帽', en: 'No hat' } : undefined),
    });
    expect(cityViewSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({ sites: 3, cameras: 5, camerasOnline: 5, alerts: 6, handled: 3 });
    expect(view.byDistrict.find(({ district }) => district === '咸安区')).toEqual({
      district: '咸安区',
      sites: 2,
      alerts: 3,
    });
    expect(view.byKind).toEqual([
      { kindId: 'no_hat', name: { 'zh-CN': '未戴工作帽', en: 'No hat' }, alerts: 4 },
    ]);
    expect(view.recent).toEqual([
      { district: '咸安区', kindId: 'no_hat', name: { 'zh-CN': '未戴工作帽', en: 'No hat' }, atMs: 60_000 },
    ]);
    for (const secret of secrets) expect(JSON.stringify(view)).not.toContain(secret);
  });
});
