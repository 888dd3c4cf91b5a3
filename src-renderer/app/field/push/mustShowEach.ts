/**
 * Whether this browser wants a notification for each message, also while its page is shown: WebKit, which ends a subscription after
 * some messages without one. Chromium does not while a page is visible.
 */
export function mustShowEach(userAgent: string): boolean {
  return /AppleWebKit/u.test(userAgent) && !/Chrom(?:e|ium)\//u.test(userAgent);
}
