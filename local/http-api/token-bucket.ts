/** API Gateway's throttling: `burst` requests at once, refilled by `rate` a second. */
export class TokenBucket {
  private readonly rate: number;
  private readonly burst: number;
  private tokens: number;
  private seenMs: number;

  /** @param nowMs a monotonic clock, as in `take` */
  constructor({ rate, burst }: { readonly rate: number; readonly burst: number }, nowMs: number) {
    this.rate = rate;
    this.burst = burst;
    this.tokens = burst;
    this.seenMs = nowMs;
  }

  /** Takes a token. Returns whether there was one. */
  take(nowMs: number): boolean {
    this.tokens = Math.min(this.burst, this.tokens + ((nowMs - this.seenMs) / 1000) * this.rate);
    this.seenMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
