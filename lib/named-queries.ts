/**
 * Queries that the stacks keep in Athena, and that `npm run query` runs on the laptop: SQL that Trino and DuckDB read
 * alike. Averages are of `double`, because Trino rounds those of decimals; days are compared as text, so that Athena
 * reads the files of these days only.
 */

/** A query with its name. */
export interface NamedQuery {
  readonly name: string;
  readonly description: string;
  readonly sql: string;
}

/** The first day of the last week, as the column `day` has it. */
const LAST_WEEK = "cast(cast(current_date - interval '7' day as date) as varchar)";

export const NAMED_QUERIES: readonly NamedQuery[] = [
  {
    name: 'objects-by-hour-last-week',
    description: 'Objects by endpoint, hour and label in the last week, without batch jobs: cars by hour',
    sql: `select endpoint, date_trunc('hour', created_at) as hour, label, count(*) as objects
from objects
where day >= ${LAST_WEEK} and source <> 'batch'
group by 1, 2, 3
order by 1, 2, 3`,
  },
  {
    name: 'pictures-by-day',
    description: 'Pictures by endpoint and day: answered, rejected, objects, time of the detection',
    sql: `select endpoint, day, count(*) as pictures,
  sum(case when status = 'rejected' then 1 else 0 end) as rejected,
  sum(count) as objects, avg(detection_ms) as mean_ms, max(detection_ms) as slowest_ms
from pictures
where source <> 'batch'
group by 1, 2
order by 1, 2`,
  },
  {
    name: 'error-against-people-by-day',
    description: 'Difference between the counts of the function and of people, by endpoint, day and version',
    sql: `select p.endpoint, p.day, p.function_version, count(*) as pictures,
  avg(cast(abs(p.count - d.count) as double)) as mean_error,
  avg(case when p.count = d.count then 1e0 else 0e0 end) as equal_share
from pictures p
join decisions d on d.endpoint = p.endpoint and d.day = p.day and d.result_key = p.result_key
where p.status = 'done'
group by 1, 2, 3
order by 1, 2, 3`,
  },
];
