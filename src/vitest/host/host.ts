/**
 * The process that holds the run for vitest: forked by its main process, asked by its workers. It outlives a vitest
 * that is killed just as long as cleaning up takes.
 */
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import type { Progress } from '../../harness/run/options.ts';
import { MayreachError } from '../../source/error.ts';
import type { Answer, FromHost, HostSettings, Questions, ToHost } from '../channel.ts';
import { answer, refusalOf, type Question } from './answers.ts';
import { Judging } from './judging.ts';

const tell = (message: FromHost): void => {
  if (process.connected) process.send?.(message);
};
const progress: Progress = {
  stage: (text) => tell({ say: 'stage', text }),
  note: (text) => tell({ say: 'note', text }),
  count: () => undefined,
};

let settings: HostSettings = { paths: [] };
let judging: Judging | undefined;
/** Runs that were replaced, until they are gone. */
let former: Promise<unknown> = Promise.resolve();
let address = '';

const server = createServer((request, response) => {
  void respond(request, response);
});

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += String(chunk);
  response.end(JSON.stringify(await answered(JSON.parse(body) as Question)));
}

async function answered(question: Question): Promise<Answer<Questions[keyof Questions]['answer']>> {
  try {
    const begin = (): Judging => (judging ??= new Judging(settings, progress));
    return { value: await answer(question, settings, { begin, begun: judging }) };
  } catch (error) {
    return { refusal: refusalOf(error) };
  }
}

function interrupted(why: string): Error {
  return new MayreachError(`interrupted (${why})`, { code: 'INTERRUPTED' });
}

let ending: Promise<void> | undefined;

/** Nothing of any run is left, nor of this process. */
function end(why: string): Promise<void> {
  ending ??= (async () => {
    await judging?.end(interrupted(why));
    await former;
    server.closeAllConnections();
    server.close();
    if (!address.startsWith('\\\\')) await rm(dirname(address), { recursive: true, force: true });
    if (process.connected) process.disconnect();
  })();
  return ending;
}

process.on('message', (message: ToHost) => {
  switch (message.do) {
    case 'listen':
      ({ address, settings } = message);
      server.listen(address, () => tell({ say: 'listening' }));
      break;
    case 'renew': {
      ({ settings } = message);
      const replaced = judging;
      judging = undefined;
      former = Promise.all([former, replaced?.end(interrupted('files changed'))]);
      break;
    }
    case 'end':
      void end('vitest has ended');
      break;
  }
});
process.on('disconnect', () => void end('vitest is gone'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(signal));
