import { expect, test } from 'vitest';
import { hasSkill, knownSkills, skillsSchema } from '../../../../src-shared/squads/skills.ts';

test('a member has eight skills at most, each of 24 characters, each once', () => {
  expect(skillsSchema.parse([' 采样 ', '特种设备'])).toEqual(['采样', '特种设备']);
  const bad = [['采样', '采样'], ['AED', 'ａed'], [''], ['x'.repeat(25)], Array.from({ length: 9 }, String)];
  for (const skills of bad) expect(skillsSchema.safeParse(skills).success).toBe(false);
});

test('what somebody has is found by any spelling, and offered once', () => {
  expect(hasSkill(['特种设备', 'Aed'], 'AED')).toBe(true);
  expect(hasSkill(undefined, 'AED')).toBe(false);
  expect(knownSkills([{ skills: ['采样', 'AED'] }, { skills: ['aed'] }, {}])).toEqual(['AED', '采样']);
});
