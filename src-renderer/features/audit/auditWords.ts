import type { TFunction } from 'i18next';
import type { AuditLine } from '../../../src-shared/audit/audit.protocol.ts';

/** What was done, in words; an action without words is shown as it is stored. */
export function actionText(action: string, t: TFunction): string {
  const key = `audit.action.${action.replace(/[:.]/g, '_')}`;
  const text = t(key as 'audit.title', { defaultValue: '' });
  return text === '' ? action : text;
}

/** The detail of a line in one row of text; cameras with what they are called, when `titleOf` knows it. */
export function detailText(
  { detail }: Pick<AuditLine, 'detail'>,
  t: TFunction,
  titleOf: (id: string) => string | undefined = () => undefined,
): string {
  const titled = (id: unknown): unknown => (typeof id === 'string' ? (titleOf(id) ?? id) : id);
  return Object.entries(detail)
    .filter(([name, value]) => name !== 'action' && value !== null && value !== undefined && value !== '')
    .map(([name, stored]) => {
      const value =
        name === 'cameraId' ? titled(stored) : isCameraIds(name, stored) ? stored.map(titled) : stored;
      const word = t(`audit.detail.${name}` as 'audit.title', { defaultValue: name });
      const text = typeof value === 'object' ? partsText(value as object, t) : valueText(name, value, t);
      return name === 'seconds' ? durationText(Number(value), t) : `${word}: ${text}`;
    })
    .join(' · ');
}

function isCameraIds(name: string, value: unknown): value is unknown[] {
  return name === 'cameraIds' && Array.isArray(value);
}

/** Fields whose values are words of the product and not of people; each has its words in `audit.value`. */
const wordFields: readonly string[] = ['content', 'target', 'tour', 'type', 'layout'];

function valueText(name: string, value: unknown, t: TFunction): string {
  const text = String(value);
  if (!wordFields.includes(name) || !/^\w+$/.test(text)) return text;
  return t(`audit.value.${name}.${text}` as 'audit.title', { defaultValue: text });
}

/** The parts of a value, without those that are nothing: `added 30, removed 2`. */
function partsText(value: object, t: TFunction): string {
  if (Array.isArray(value))
    return value
      .map((one: unknown) => (typeof one === 'object' ? JSON.stringify(one) : String(one)))
      .join(', ');
  return Object.entries(value)
    .filter(([, part]) => part !== 0 && part !== null && part !== '')
    .map(([name, part]: [string, unknown]) => {
      const word = t(`audit.detail.${name}` as 'audit.title', { defaultValue: name });
      return `${word} ${typeof part === 'object' ? JSON.stringify(part) : String(part)}`;
    })
    .join(', ');
}

function durationText(seconds: number, t: TFunction): string {
  return seconds < 60
    ? t('audit.seconds', { seconds })
    : t('audit.minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}

/** From where, as far as a door knew it: role, address. */
export function originText({ principal }: Pick<AuditLine, 'principal'>, t: TFunction): string {
  if (principal === undefined) return '';
  const { role, address } = principal as { role?: unknown; address?: unknown };
  const roleWord =
    typeof role === 'string' ? t(`audit.role.${role}` as 'audit.title', { defaultValue: role }) : '';
  return [roleWord, typeof address === 'string' ? address : ''].filter((part) => part !== '').join(' · ');
}
