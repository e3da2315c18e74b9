import type { HubModel } from '../fetch/hub-model.ts';
import type { ModelFacts, Proposal } from '../identify/facts.ts';

/** What the caller sets itself. */
interface Given {
  readonly labels?: string;
  readonly licence?: string;
  readonly input: Partial<Proposal['input']>;
}

/** What was taken from a repository of the Hub, and what of it was not: one line each. */
export function hubInWords(model: HubModel, { image }: ModelFacts, { labels, licence, input }: Given): string[] {
  const { client, commit, preprocessing } = model;
  const stated = preprocessing?.value;
  const source = preprocessing?.path ?? '';
  const taken = [
    ...(model.licence && !licence ? [`licence ${model.licence} (model card)`] : []),
    ...(model.labels && !labels ? [`${model.labels.value.length} labels (${model.labels.path})`] : []),
    ...(stated ? [`pixels (${source})`] : []),
  ];
  const { size, otherResizing } = stated ?? {};
  const isOther = size && !input.fit && (size.width !== image.width || size.height !== image.height);
  return [
    `${client.request.repo} at commit ${commit}: ${taken.join(', ') || 'no metadata that describes the model'}.`,
    ...(model.file.sha256 ? [] : ['The Hub states no SHA-256 for this file: the package has the one of what it sent.']),
    ...(otherResizing ? [`NOT as ${source} says: its image processor ${otherResizing}. You set --fit.`] : []),
    ...(isOther
      ? [`NOT as ${source} says: it has ${size.width} × ${size.height}, the file ${image.width} × ${image.height}.`]
      : []),
  ];
}
