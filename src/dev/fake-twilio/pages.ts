import type { FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';

/** One page of a list, the newest first; `filter`: the parameter that names the earliest, where there is one. */
export const page = (request: FastifyRequest, name: string, filter: string | null, all: { at: Date; resource: object }[]): object => {
  const query = request.query as Record<string, string>;
  const other = Object.keys(query).find((key) => key !== filter && !['PageSize', 'Page', 'PageToken'].includes(key));
  if (other !== undefined) throw new Refusal(400, 20001, `Unknown parameter ${other}`);
  const [size, number] = [Number(query['PageSize'] ?? 50), Number(query['Page'] ?? 0)];
  const held = all.filter(({ at }) => `${at.toISOString().slice(0, 19)}Z` >= (filter === null ? '' : (query[filter] ?? ''))).toReversed();
  const uri = (wanted: number): string => `${request.url.split('?')[0]}?${new URLSearchParams({ ...query, PageSize: String(size), Page: String(wanted), PageToken: `PA${wanted}` })}`;
  const start = size * number;
  return {
    end: Math.max(start, Math.min(start + size, held.length) - 1),
    first_page_uri: uri(0),
    next_page_uri: start + size < held.length ? uri(number + 1) : null,
    page: number,
    page_size: size,
    previous_page_uri: number > 0 ? uri(number - 1) : null,
    [name]: held.slice(start, start + size).map(({ resource }) => resource),
    start,
    uri: request.url,
  };
};
