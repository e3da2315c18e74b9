import { joinStyles, reportStyle } from '../report/style.ts';

/** Jest runs CommonJS, which has no `import.meta`. */
const FOLDER = import.meta.dirname ?? __dirname;

/** The style of the rollout report, that of all reports included. */
export function rolloutReportStyle(): string {
  return `${reportStyle()}\n${joinStyles(FOLDER, ['rollout.css', 'gallery.css', 'print.css'])}`;
}
