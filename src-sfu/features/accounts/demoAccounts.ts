import type { NewAccount } from './accounts.service.ts';

/** The accounts of a demo: everybody knows their password. */
export const demoAccounts: readonly NewAccount[] = [
  { signInName: 'demo-officer', name: '演示值班员', role: 'duty_officer' },
  { signInName: 'demo-supervisor', name: '演示指挥长', role: 'supervisor' },
  { signInName: 'demo-admin', name: '演示管理员', role: 'administrator' },
  { signInName: 'demo-auditor', name: '演示审计员', role: 'auditor' },
];
