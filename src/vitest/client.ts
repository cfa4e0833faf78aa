import { request } from 'node:http';
import type { Answer, Connection, Questions } from './channel.ts';
import { refusalError } from './failure.ts';

/**
 * Asks the host. It answers when it has judged, however long that takes.
 * @throws Error with the host's own words where it could not judge, pointing at the user's file where there is one
 */
export async function ask<K extends keyof Questions>(
  { address }: Connection,
  what: K,
  asks: Questions[K]['asks'],
): Promise<Questions[K]['answer']> {
  const answer = JSON.parse(await post(address, JSON.stringify({ what, asks }))) as Answer<Questions[K]['answer']>;
  if ('refusal' in answer) throw refusalError(answer.refusal);
  return answer.value;
}

function post(address: string, body: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = request({ socketPath: address, method: 'POST', path: '/' }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (text += chunk));
    response.on('end', () => resolve(text));
    response.on('error', reject);
  });
  sent.on('error', (cause) =>
    reject(new Error('mayreach: the process that holds the run is gone; what it said is above', { cause })),
  );
  sent.end(body);
  return promise;
}
