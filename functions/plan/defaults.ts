/** Default values of all options. Their reasons are beside the options and in `docs/simulation.md`. */
export const DEFAULTS = {
  maxHold: '2d',
  duration: '15m',
  risk: { rollback: 0.01, promote: 0.01 },
  factor: 2,
  minRequests: 100,
  shadow: {
    pictures: 200,
    scenes: 100,
    maxPicturesPerPicture: 10,
    sample: 1,
    agreement: { tolerance: 0.08, margin: 0.1 },
    countError: { tolerance: 0.07, margin: 0.09 },
    countErrorOfHuman: { tolerance: 0.1, margin: 0.15 },
    errorRate: { tolerance: 0.02, margin: 0.05 },
    latency: { tolerance: 0.3, margin: 0.4 },
    truth: { margin: 0.1 },
  },
  traffic: {
    liveMargin: 0.05,
    errorRate: { tolerance: 0.002, margin: 0.01, limit: 0.2 },
    rejectionRate: { tolerance: 0.002, margin: 0.01 },
    latency: { tolerance: 0.05, margin: 0.1 },
  },
  slowQuantile: 0.9,
  coldStart: { factor: 2, plusMs: 1000 },
  bake: { errorRate: { limit: 0.05 }, rejectionRate: { tolerance: 0.05, margin: 0.1 }, latency: { limit: 0.4 } },
} as const;
