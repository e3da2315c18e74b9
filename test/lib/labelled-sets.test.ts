/** The labelled sets of a deployment: from a folder into the bucket, before a rollout can need them. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canary, countEndpoint, shadow } from '../../lib/config.ts';
import { CARS, ONE_ENDPOINT, type Synthesis, synthesize } from './synthesis.ts';

const STACK = 'CountCars';
const folder = mkdtempSync(join(tmpdir(), 'labelled-'));
const image = { width: 10, height: 10 };
let stacks: Synthesis;

beforeAll(() => {
  const photos = Array.from({ length: 40 }, (_, index) => `p${index}.jpg`);
  for (const file of photos) writeFileSync(join(folder, file), file);
  writeFileSync(join(folder, 'notes.txt'), 'not deployed');
  const coco = photos.map((file) => ({ file, ...image, boxes: [{ label: 'car', box: [0, 0, 5, 5] }] }));
  writeFileSync(join(folder, 'truth.json'), JSON.stringify({ coco }));
  const rollout = [shadow({ judge: 'labels', labels: { folder } }), canary({ percent: 10 })];
  stacks = synthesize({ ...ONE_ENDPOINT, endpoints: [countEndpoint({ ...CARS, rollout })] });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

test('the rollout starts when the set is in the bucket, and its plan names the prefix', () => {
  const sets = stacks.resource(STACK, 'Custom::LabelledSets');
  const start = stacks.resource(STACK, 'Custom::Rollout');
  expect(start.DependsOn).toContain(sets.id);
  const [hash] = sets.Properties.Sets;
  expect(sets.Properties).toMatchObject({ Endpoint: 'count-cars', Sets: [expect.stringMatching(/^[0-9a-f]{16}$/)] });
  expect(start.Properties.Plan).toContain(`labels/count-cars/deployed/${hash}/`);
});

test('the code of its function has the truth and the photos that it names, and nothing else', () => {
  const { Properties } = stacks.resource(STACK, 'AWS::Lambda::Function', /^LabelledSets/);
  const [asset = ''] = /^[0-9a-f]{64}/.exec(Properties.Code.S3Key) ?? [];
  const [hash] = stacks.resource(STACK, 'Custom::LabelledSets').Properties.Sets;
  const code = join(stacks.folder, `asset.${asset}`);
  expect(readdirSync(code).toSorted()).toEqual(['index.js', 'package.json', 'sets']);
  const files = readdirSync(join(code, 'sets', hash));
  expect(files).toHaveLength(41);
  expect(files).not.toContain('notes.txt');
});

test('it may write this endpoint’s sets only, and the two versions and the rollout may read them', () => {
  const policies = stacks.resources(STACK, 'AWS::IAM::Policy').map((policy) => ({
    id: policy.id,
    statements: JSON.stringify(policy.Properties.PolicyDocument.Statement),
  }));
  const withLabels = policies.filter(({ statements }) => statements.includes('/labels/count-cars/'));
  expect(withLabels.map(({ id }) => /^(Detector|Rollout|Status|LabelledSets)/.exec(id)?.[0]).toSorted()).toEqual([
    'Detector',
    'LabelledSets',
    'Rollout',
    'Status',
  ]);
  const own = withLabels.find(({ id }) => id.startsWith('LabelledSets'))?.statements ?? '';
  expect(own).toContain('"s3:DeleteObject","s3:PutObject"');
  expect(own).toContain('/labels/count-cars/deployed/*');
  expect(own).not.toContain('/labels/count-cars/*');
});

test('cdk-nag finds nothing', () => {
  expect(stacks.nag()).toEqual([]);
});

test('the operators’ policy fits into one policy with the rights to read the photos, too', () => {
  const { Statement } = stacks.resource(STACK, 'AWS::IAM::ManagedPolicy', /Policy/).Properties.PolicyDocument;
  expect(JSON.stringify(Statement)).toContain('/labels/count-cars/*');
  // Pseudo parameters in their longest form, other references as an ARN of 100 characters.
  const resolved = JSON.stringify(Statement, (_, value) =>
    isReference(value) ? 'x'.repeat(lengthOf(value)) : value,
  ).replaceAll(/\{"Fn::Join":\["",\[(.*?)\]\]\}/g, (__, parts: string) => `"${parts.replaceAll(/"|,(?=")/g, '')}"`);
  expect(resolved.length).toBeLessThan(6144);
});

const PSEUDO: Readonly<Record<string, number>> = { 'AWS::Partition': 10, 'AWS::Region': 14, 'AWS::AccountId': 12 };

function lengthOf({ Ref = '' }: { readonly Ref?: string }): number {
  return PSEUDO[Ref] ?? 100;
}

function isReference(value: object | null): boolean {
  return ['Ref', 'Fn::GetAtt', 'Fn::GetStackOutput', 'Fn::ImportValue'].some((key) => Object.hasOwn(value ?? {}, key));
}

test('an endpoint without labels has no such function, and no rights to read any', () => {
  const small = synthesize(ONE_ENDPOINT);
  expect(small.resources(STACK, 'Custom::LabelledSets')).toEqual([]);
  expect(small.text(STACK)).not.toContain('/labels/');
});
