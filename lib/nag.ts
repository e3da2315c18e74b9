/** Acknowledging what cdk-nag finds, where an identifier cannot be written down beforehand. */

import { Validations } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { rules } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** Which wildcards are meant, and why. */
export interface MeantWildcards {
  /** Whether a resource with a wildcard, as cdk-nag writes it, is one of those meant. */
  readonly allowed: (resource: string) => boolean;
  readonly reason: string;
}

/**
 * Acknowledges wildcards in the resources of the policies below `scope`.
 *
 * cdk-nag names each by its resolved text, and references to other stacks are resolved only after everything is
 * constructed: hence as late as in validation, which comes before cdk-nag.
 */
export function acknowledgeWildcards(scope: IConstruct, { allowed, reason }: MeantWildcards): void {
  scope.node.addValidation({
    validate: () => {
      for (const policy of scope.node.findAll().filter((node) => node instanceof CfnPolicy)) {
        for (const finding of wildcards(policy)) {
          if (!allowed(finding.replace(/^Resource::/, ''))) continue;
          Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason });
        }
      }
      return [];
    },
  });
}

function wildcards(policy: CfnPolicy): readonly string[] {
  const found = rules.iam.IAMNoWildcardPermissions(policy);
  return Array.isArray(found) ? found : [];
}
