import * as z from 'zod';
import { decisionSchema, type StoredDecision, storedDecisionSchema } from './schemas.ts';

/**
 * Schemas of preferences: which of two answers to a picture is more right. People see both answers without the names of
 * their versions, so a preference names a side of the page; the rollout knows which version was on which side.
 */

const preferenceFields = {
  preference: z.enum(['first', 'second', 'both', 'neither', 'cannot tell']).meta({
    description: 'the side whose answer is more right; both: as right; neither: no answer is right',
  }),
  pair: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .meta({ description: 'the pair of answers, as GET /{endpoint}/judge names it; of another rollout: not counted' }),
  by: decisionSchema.shape.by,
  note: decisionSchema.shape.note,
};

/** The body of `PUT /{endpoint}/predictions/{id}/preference`. */
export const preferenceSchema = z.object(preferenceFields).strict().meta({ id: 'Preference' });

/** A preference as stored. */
export const storedPreferenceSchema = z.object({ ...preferenceFields, decided_at: z.iso.datetime() });

/** An object under `decisions/`: a human's count, the preferences of people, or both. */
const decisionsSchema = storedDecisionSchema.partial({ count: true, decided_at: true }).extend({
  preferences: z.array(storedPreferenceSchema).exactOptional(),
});

export type StoredPreference = z.infer<typeof storedPreferenceSchema>;

/** What people have decided about one picture. */
export interface Decisions {
  /** Version of the upload that was decided on. */
  readonly version?: string;
  /** Absent: nobody counted. */
  readonly decision?: StoredDecision;
  /** The latest of each person and pair. */
  readonly preferences: readonly StoredPreference[];
}

/** The content of an object under `decisions/`. */
export function readDecisions(json: unknown): Decisions {
  const { preferences = [], count, decided_at, version, ...rest } = decisionsSchema.parse(json);
  const ofUpload = version === undefined ? {} : { version };
  if (count === undefined || decided_at === undefined) return { ...ofUpload, preferences };
  return { ...ofUpload, decision: { count, ...rest, decided_at, ...ofUpload }, preferences };
}

/** The object to store. */
export function decisionsJson({ version, decision, preferences }: Decisions): object {
  return {
    ...(version !== undefined && { version }),
    ...decision,
    ...(preferences.length > 0 && { preferences }),
  };
}
