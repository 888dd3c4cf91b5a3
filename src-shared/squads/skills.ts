/** What members can do that not everybody can, as an administrator names it: 特种设备, 采样. Pure. */
import { z } from 'zod';

/** Characters of one skill at most. */
export const maxSkillLength = 24;
/** Skills of one member at most. */
export const maxSkills = 8;

/** One skill. */
export const skillSchema = z.string().trim().min(1).max(maxSkillLength);

/** The skills of a member, each once. */
export const skillsSchema = z
  .array(skillSchema)
  .max(maxSkills)
  .refine((all) => new Set(all.map(skillKey)).size === all.length, 'a skill is named twice');

/** Two spellings with the same key are one skill: width of letters and capitals do not matter. */
function skillKey(skill: string): string {
  return skill.normalize('NFKC').trim().toLowerCase();
}

/** Whether `wanted` is among the skills of a member. */
export function hasSkill(skills: readonly string[] | undefined, wanted: string): boolean {
  return skills?.some((one) => skillKey(one) === skillKey(wanted)) ?? false;
}

/** Every skill that any of the members has, each once, by name: what is offered where one is typed. */
export function knownSkills(members: Iterable<{ skills?: readonly string[] | undefined }>): string[] {
  const byKey = new Map<string, string>();
  for (const { skills = [] } of members) {
    for (const skill of skills) if (!byKey.has(skillKey(skill))) byKey.set(skillKey(skill), skill);
  }
  return [...byKey.values()].toSorted((left, right) => (left < right ? -1 : 1));
}
