import { Component, type ReactNode } from 'react';
import { Translation } from 'react-i18next';
import { Message } from '../../ui/Message.tsx';

/** Long enough to read, short enough for a wall that nobody attends. */
const reloadMs = 10_000;

/** A fault in drawing must not leave a dead wall: `standIn`, or else a message that says it, is shown, and the page loads again. */
export class FaultBoundary extends Component<
  { children: ReactNode; standIn?: ReactNode },
  { failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
    setTimeout(() => window.location.reload(), reloadMs);
  }

  override render(): ReactNode {
    const { children, standIn } = this.props;
    if (!this.state.failed) return children;
    if (standIn !== undefined) return standIn;
    return (
      <Translation>
        {(t) => (
          <Message title={t('notice.faultTitle')}>
            <p>{t('notice.faultText')}</p>
          </Message>
        )}
      </Translation>
    );
  }
}
