import type { ExpectedFeature } from '../authorityTables.ts';

const order = { kind: 'other', priority: 2, place: { name: '一店' }, instructions: '', checklist: [] };

export const expected: ExpectedFeature = {
  capabilities: {
    'orders:view': 'asdpu',
    'orders:direct': 'asdp',
    'orders:override': 'as',
    'orders:manage': 'a',
  },
  requests: {
    'orders:create': [
      'asd',
      'thing',
      {
        own: [
          { orderId: 'n', content: { ...order, place: { name: '一店', district: '咸安区' } } },
          { orderId: 'n', content: { ...order, alertId: 'a' } },
          {
            orderId: 'n',
            content: {
              ...order,
              place: { name: '一店', district: '咸安区', siteId: 's', cameraId: 'c' },
            },
          },
        ],
        other: [
          { orderId: 'n', content: { ...order, place: { name: '一店', district: '咸安区', siteId: 't' } } },
          {
            orderId: 'n',
            content: { ...order, place: { name: '一店', district: '咸安区', siteId: 'unknown' } },
          },
          {
            orderId: 'n',
            content: { ...order, place: { name: '一店', district: '咸安区', cameraId: 'elsewhere' } },
          },
          { orderId: 'n', content: { ...order, place: { name: '一店', district: '赤壁市' } } },
          { orderId: 'n', content: { ...order, alertId: 'b' } },
          { orderId: 'n', content: order },
          {
            orderId: 'n',
            content: { ...order, place: { name: '一店', district: '咸安区' } },
            crew: { memberIds: ['zhang'], inChargeId: 'zhang' },
          },
        ],
      },
    ],
    'orders:direct': [
      'asd',
      'thing',
      {
        own: [
          { commandId: 'k', orderId: 'o', revision: 1, deed: { type: 'note', note: 'n' } },
          // Who directs an order takes off whomever was added to it, as reassigning it does.
          { commandId: 'k', orderId: 'o', revision: 1, deed: { type: 'remove', memberIds: ['zhang'] } },
        ],
        other: [
          { commandId: 'k', orderId: 'p', revision: 1, deed: { type: 'remove', memberIds: ['ann'] } },
          { commandId: 'k', orderId: 'p', revision: 1, deed: { type: 'note', note: 'n' } },
          {
            commandId: 'k',
            orderId: 'o',
            revision: 1,
            deed: { type: 'dispatch', crew: { memberIds: ['zhang'], inChargeId: 'zhang' } },
          },
          { commandId: 'k', orderId: 'o', revision: 1, deed: { type: 'add', memberIds: ['zhang'] } },
          { commandId: 'k', orderId: 'oo', revision: 1, deed: { type: 'close' } },
          { commandId: 'k', orderId: 'oo', revision: 1, deed: { type: 'cancel', reason: 'r' } },
        ],
      },
    ],
    'orders:override': [
      'as',
      'thing',
      {
        own: [
          { commandId: 'k', orderId: 'o', revision: 1, to: 'closed', reason: 'r' },
          { commandId: 'k', orderId: 'oo', revision: 1, to: 'on_scene', reason: 'r' },
        ],
        other: [
          { commandId: 'k', orderId: 'p', revision: 1, to: 'on_scene', reason: 'r' },
          { commandId: 'k', orderId: 'oo', revision: 1, to: 'closed', reason: 'r' },
        ],
      },
    ],
    'orders:lead': [
      'l',
      'thing',
      {
        own: [
          { commandId: 'k', orderId: 'o', revision: 1, deed: { type: 'accept' } },
          {
            commandId: 'k',
            orderId: 'o',
            revision: 1,
            deed: { type: 'reassign', crew: { memberIds: ['ann'], inChargeId: 'ann' }, reason: 'r' },
          },
        ],
        other: [
          { commandId: 'k', orderId: 'p', revision: 1, deed: { type: 'accept' } },
          { commandId: 'k', orderId: 'oo', revision: 1, deed: { type: 'reject', reason: 'busy' } },
          {
            commandId: 'k',
            orderId: 'o',
            revision: 1,
            deed: { type: 'reassign', crew: { memberIds: ['ann'], inChargeId: 'zhang' }, reason: 'r' },
          },
          {
            commandId: 'k',
            orderId: 'o',
            revision: 1,
            deed: { type: 'reassign', crew: { memberIds: ['zhang'], inChargeId: 'ann' }, reason: 'r' },
          },
        ],
      },
    ],
    'orders:saveSettings': ['a', 'city'],
    'orders:read': ['asdu', 'thing', { own: [{ orderId: 'o' }], other: [{ orderId: 'p' }] }],
    'orders:search': ['asdu', 'filtered'],
    'orders:rank': ['asd', 'filtered'],
    'orders:report': ['lm', 'any'],
  },
  notices: {
    'orders:changed': 'asdu',
    'orders:squadChanged': 'l',
    'orders:roadsChanged': 'asdu',
    'orders:settingsChanged': 'asdu',
  },
  routes: {
    'GET /api/v1/orders': ['asdu', 'filtered'],
    'GET /api/v1/orders/:orderId': ['asdu', 'filtered'],
    'POST /api/v1/orders': ['asd', 'filtered'],
    'POST /api/v1/orders/:orderId/commands': ['asd', 'filtered'],
  },
};
