/** Acknowledges findings of cdk-nag whose identifiers are known at synthesis only. */

import { Validations } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { rules } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** Intended wildcards. */
export interface IntendedWildcards {
  /** Whether a resource with a wildcard, as cdk-nag formats it, is intended. */
  readonly allowed: (resource: string) => boolean;
  readonly reason: string;
}

/**
 * Acknowledges wildcards in the resources of the policies below `scope`.
 *
 * Because cdk-nag identifies each by its resolved text, and CDK resolves references to other stacks after construction,
 * this runs during validation, which precedes cdk-nag.
 */
export function acknowledgeWildcards(scope: IConstruct, { allowed, reason }: IntendedWildcards): void {
  scope.node.addValidation({
    validate: () => {
      for (const policy of scope.node.findAll().filter(isPolicy)) {
        for (const finding of wildcards(policy)) {
          if (!allowed(finding.replace(/^Resource::/, ''))) continue;
          Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason });
        }
      }
      return [];
    },
  });
}

function isPolicy(node: IConstruct): node is CfnPolicy | CfnManagedPolicy {
  return node instanceof CfnPolicy || node instanceof CfnManagedPolicy;
}

function wildcards(policy: CfnPolicy | CfnManagedPolicy): readonly string[] {
  const found = rules.iam.IAMNoWildcardPermissions(policy);
  return Array.isArray(found) ? found : [];
}
