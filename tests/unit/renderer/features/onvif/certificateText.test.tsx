import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, expect, it } from 'vitest';
import { CertificateText } from '../../../../../src-renderer/features/onvif/CertificateText.tsx';
import { startLocale } from '../../../../../src-renderer/ui/locale.ts';
import type { OnvifDevice } from '../../../../../src-shared/onvif/onvif.protocol.ts';

const former = `aa01${'0'.repeat(60)}`;
const now = `bb02${'0'.repeat(60)}`;
const drawn = (device: Pick<OnvifDevice, 'certificate' | 'certificateNow' | 'state'>): string =>
  renderToStaticMarkup(<CertificateText device={device} />);

beforeAll(async () => {
  Object.assign(globalThis, { document: { documentElement: {} } });
  await startLocale('en');
});

it.each([
  ['en', 'accepts', 'Another certificate answers now: BB:02', 'not AA:01'],
  ['zh-CN', '只认可', '现在应答的是另一证书 BB:02', '原来是 AA:01'],
] as const)(
  'what signing in accepts is said of the certificate that it accepts alone (%s)',
  async (language, accepts, another, before) => {
    await i18next.changeLanguage(language);
    expect(drawn({ state: 'needs_password' })).toBe('');
    const ready = drawn({ state: 'ready', certificate: former });
    expect(ready).toContain('AA:01');
    expect(ready).not.toContain(accepts);
    const first = drawn({ state: 'needs_password', certificate: former });
    expect(first).toContain('AA:01');
    expect(first).toContain(accepts);
    const changed = drawn({ state: 'other_device', certificate: former, certificateNow: now });
    expect(changed).toContain(another);
    expect(changed).toContain(before);
    // By HTTP before.
    const secured = drawn({ state: 'needs_password', certificateNow: now });
    expect(secured).toContain('BB:02');
    expect(secured).toContain(accepts);
    await i18next.changeLanguage('en');
  },
);
