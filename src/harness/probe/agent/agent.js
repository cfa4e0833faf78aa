// The mayreach agent: all that mayreach runs inside a cluster. One file, no dependencies, any Node >= 18:
//     node --input-type=module -e "<this file>"
// It LISTENS on the ports it is told and says who it is to other agents of its run, CONNECTS where it is told and reports
// what happened, and RESOLVES names. It reads /etc/resolv.conf and two counters under /proc/net, and writes to stdout only.
// Environment: MAYREACH_NONCE (this run's), MAYREACH_POD_UID, MAYREACH_POD (namespace/name), MAYREACH_LISTEN
// ({"TCP": [ports], "UDP": [ports]}), MAYREACH_BIND (tests only: one address to listen on instead of all).
// stdin and stdout carry JSON lines, described in ../protocol.ts. Closing stdin ends nothing: the channel may come back.
import { createHmac, randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const { MAYREACH_NONCE: nonce = '', MAYREACH_POD_UID: uid = '', MAYREACH_POD: pod = '' } = process.env;
const wanted = { TCP: [], UDP: [], ...JSON.parse(process.env.MAYREACH_LISTEN || '{}') };
const hosts = process.env.MAYREACH_BIND ? [process.env.MAYREACH_BIND] : ['::', '0.0.0.0'];
const ignore = () => undefined;
const once = (action) => {
  let ended = false;
  return (...values) => void (ended || ((ended = true), action(...values)));
};

// A container's PID 1 has no default signal handlers: without these it would be killed only after the grace period.
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));

// ---- Listening: say who answers, where it was reached and which source it saw ----------------------------------------
const tokens = new Map(); // UDP token -> [port, source that it came from]
const [MAX_TOKENS, MAX_BYTES] = [65_536, 256]; // the oldest go first; our datagrams are shorter, no stranger's fill memory
const plain = (address) => (address || '?').replace(/^::ffff:(?=\d+\.)/, '');
const place = (address, port) => (net.isIPv6(plain(address)) ? `[${address}]:${port}` : `${plain(address)}:${port}`);

// The run's secret comes over the channel and goes nowhere else. Who does not have it can neither ask, so that nothing is
// counted as received that no agent sent, nor answer, so that nothing is counted as open that no agent took. A proof is
// of one attempt's token, which is used once: one that was overheard proves nothing elsewhere.
let secret = randomBytes(16).toString('hex'); // nobody's, until it comes
const proof = (...said) => createHmac('sha256', secret).update(JSON.stringify(said)).digest('hex').slice(0, 32);
const question = (token) => `mayreach ${token} ${proof('ask', token)}`;

// The answer to a question; to anything else none, or a datagram's receiver would be a reflector.
function answerTo(asked, reachedAt, sawSource) {
  const [word, token, theirs] = asked.split(' ');
  if (word !== 'mayreach' || theirs !== proof('ask', token)) return undefined;
  const answer = { uid, pod, reachedAt, sawSource, token };
  return { token, text: JSON.stringify({ ...answer, proof: proof('answer', ...Object.values(answer)) }) };
}

function answerTcp(socket) {
  const over = setTimeout(() => socket.destroy(), 10_000); // not from the last byte: some drip for ever
  socket.on('error', ignore).on('close', () => clearTimeout(over));
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  let asked = '';
  // On: whatever the peer sends after its question is read and dropped, so that its close is seen.
  socket.setEncoding('latin1').on('data', (chunk) => {
    if (asked.includes('\n')) return;
    asked += chunk;
    const line = asked.indexOf('\n');
    if (line < 0 && asked.length <= MAX_BYTES) return;
    const at = [place(localAddress, localPort), place(remoteAddress, remotePort)];
    const answer = line < 0 ? undefined : answerTo(asked.slice(0, line), ...at);
    if (answer) socket.end(answer.text + '\n');
    else socket.destroy();
  });
}

function answerUdp(socket, port, message, peer) {
  if (message.length > MAX_BYTES) return;
  const sawSource = place(peer.address, peer.port);
  const answer = answerTo(message.toString('latin1'), `*:${port}`, sawSource);
  if (!answer) return;
  tokens.set(answer.token, [port, sawSource]);
  if (tokens.size > MAX_TOKENS) tokens.delete(tokens.keys().next().value);
  socket.send(answer.text, peer.port, peer.address, ignore);
}

function bind(protocol, address, port) {
  return new Promise((resolve, reject) => {
    const type = net.isIPv6(address) ? 'udp6' : 'udp4';
    const tcp = protocol === 'TCP' ? net.createServer(answerTcp) : undefined;
    const socket = tcp ?? dgram.createSocket({ type, recvBufferSize: 1 << 20 });
    socket.once('error', reject);
    socket.once('listening', () => resolve(socket.on('error', ignore).address().port));
    if (tcp) return tcp.listen({ host: address, port, backlog: 4096 });
    socket.on('message', (message, peer) => answerUdp(socket, port, message, peer));
    socket.bind({ port, address, exclusive: true });
  });
}

// Both families where the kernel has both, else IPv4 alone. A port that is taken or forbidden is reported, not skipped.
async function listen(protocol, port) {
  let error;
  for (const host of hosts) {
    try {
      return { protocol, port: await bind(protocol, host, port) };
    } catch (caught) {
      error = caught.code || caught.message;
      if (error === 'EADDRINUSE' || error === 'EACCES') break;
    }
  }
  return { protocol, port, error };
}

// Besides the ports it is told, one of its own: reaching itself there is the sign that this agent can connect at all.
const ownPort = listen('TCP', 0);
const listeners = Promise.all(['TCP', 'UDP'].flatMap((name) => wanted[name].map((port) => listen(name, port))));

// ---- Connecting: one attempt, one fresh socket, one outcome ----------------------------------------------------------
// A reset that is not a refusal comes after a handshake, however soon.
const OUTCOMES = { ECONNREFUSED: 'refused', ETIMEDOUT: 'timed-out' };
OUTCOMES.ECONNRESET = OUTCOMES.EPIPE = 'accepted-not-identified';
for (const code of ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EACCES', 'EPERM', 'EINVAL'])
  OUTCOMES[code] = 'unreachable';
const outcomeOf = (code) => OUTCOMES[code] || 'not-measured'; // EMFILE and the like say nothing about the network

function identified(text, token) {
  try {
    const { uid, pod, reachedAt, sawSource, ...peer } = JSON.parse(text);
    const ours = peer.token === token && peer.proof === proof('answer', uid, pod, reachedAt, sawSource, token);
    return ours ? [uid, pod, reachedAt, sawSource].map(String) : undefined;
  } catch {
    return undefined;
  }
}

// A handshake alone is not "open": a proxy may answer for the destination. Open is the answer of an agent of this run.
// What is not of this run is told nothing.
function tryTcp({ address, port, token, waitMs, bare, timeoutMs }, done) {
  const socket = net.connect({ host: address, port, autoSelectFamily: false });
  let text, timer, localPort; // text: undefined until the handshake
  const end = once((outcome, errno, responder) => {
    clearTimeout(timer);
    socket.destroy();
    done(outcome, errno, localPort, responder);
  });
  const unproven = (errno) => end('accepted-not-identified', errno);
  // When the loop was late the answer may be waiting unread: look once more (setImmediate) before saying "timed out".
  const expire = () => setImmediate(() => (text === undefined ? end('timed-out') : unproven()));
  timer = setTimeout(expire, timeoutMs);
  process.nextTick(() => (localPort = socket.localPort));
  socket.setEncoding('utf8').on('connect', () => {
    text = '';
    if (!bare) socket.write(question(token) + '\n');
    clearTimeout(timer);
    timer = setTimeout(expire, waitMs);
  });
  socket.on('data', (chunk) => {
    text += chunk;
    const line = text.indexOf('\n');
    if (line < 0 && text.length < 4096) return;
    const responder = identified(text.slice(0, line), token);
    end(responder ? 'open' : 'accepted-not-identified', undefined, responder);
  });
  socket.on('error', ({ code }) => (text === undefined ? end(outcomeOf(code), code) : unproven(code)));
  socket.on('close', () => (text === undefined ? end('not-measured') : unproven()));
}

// A connected socket, because only that hears ICMP errors. The datagram is sent again twice, as TCP repeats its SYN.
// To what is not of this run it is empty: nothing that a program could take for a question.
function tryUdp({ address, port, token, bare, timeoutMs }, done) {
  const socket = dgram.createSocket(net.isIPv6(address) ? 'udp6' : 'udp4');
  const timers = [setTimeout(() => setImmediate(() => end('timed-out')), timeoutMs)];
  let localPort;
  const end = once((outcome, errno, responder) => {
    timers.forEach(clearTimeout);
    socket.close();
    done(outcome, errno, localPort, responder);
  });
  const failed = (error) => void (error && end(outcomeOf(error.code), error.code));
  const datagram = bare ? '' : question(token);
  const send = () => socket.send(datagram, failed);
  socket.on('error', failed).on('message', (message) => {
    const responder = identified(message.toString(), token);
    end(responder ? 'open' : 'accepted-not-identified', undefined, responder);
  });
  socket.connect(port, address, (error) => {
    if (error) return failed(error);
    localPort = socket.address().port;
    send();
    for (const share of [0.1, 0.4]) timers.push(setTimeout(send, timeoutMs * share));
  });
}

// ---- A batch of connects ---------------------------------------------------------------------------------------------
// A dropped SYN costs nobody anything while it waits, an answered one costs both ends CPU. So an attempt holds one of few
// slots only until it ends or its answer is overdue: thousands of dropped ones wait at once, and no listener is flooded.
// "Overdue" follows the answers: on a busy machine they take longer, and so do the slots.
const MAX_SOCKETS = 8_192;
let overdueMs = 150;
let turn = 0; // before this no connect starts, where they are rationed
const batches = new Set(); // what ends each batch that is under way

function connectAll({ cells, limits, prefix }, report, finished) {
  const { everyMs = 0, jitterMs = 0 } = limits;
  const queue = cells.map((cell) => [cell, 1]);
  const pairs = new Map(); // address -> slots held
  let [next, held, sockets, left] = [0, 0, 0, cells.length * limits.attempts];
  let stopped = false;
  let later;
  const ending = once(() => (batches.delete(stop), finished()));
  const endIfDone = () => (left === 0 || (stopped && sockets === 0)) && ending();
  const stop = () => ((stopped = true), endIfDone()); // what is under way ends by itself, nothing more begins
  batches.add(stop);

  function start(cell, attempt) {
    const [id, protocol, address, port, waitMs, bare] = cell;
    const [at, began] = [Date.now(), performance.now()];
    const hold = (count) => {
      held += count;
      pairs.set(address, (pairs.get(address) || 0) + count);
    };
    const release = once(() => (hold(-1), pump()));
    hold(1);
    sockets += 1;
    const slot = setTimeout(release, overdueMs);
    if (attempt < limits.attempts)
      setTimeout(() => (queue.push([cell, attempt + 1]), pump()), limits.gapMs + Math.random() * jitterMs);
    const token = `${prefix}/${id}/${attempt}`;
    const target = { address, port, waitMs, bare, timeoutMs: limits.timeoutMs, token };
    (protocol === 'TCP' ? tryTcp : tryUdp)(target, (outcome, ...rest) => {
      const tookMs = Math.round((performance.now() - began) * 10) / 10;
      if (outcome === 'open') overdueMs = Math.min(1000, Math.max(150, overdueMs * 0.95, 2 * tookMs));
      clearTimeout(slot);
      sockets -= 1;
      left -= 1;
      report([id, attempt, at, tookMs, outcome, ...rest]);
      release();
      endIfDone();
    });
  }
  // Never sooner than every `everyMs`, and not in step with the other sources.
  function isTooSoon() {
    const now = performance.now();
    if (everyMs > 0 && now < turn) {
      later ||= setTimeout(() => ((later = undefined), pump()), turn - now);
      return true;
    }
    turn = Math.max(turn, now) + everyMs * (1 + Math.random() / 2);
    return false;
  }
  // In order: the list is rotated by source, so where the next pair is full the one after it is as likely full.
  function pump() {
    while (!stopped && next < queue.length && held < limits.inFlight && sockets < MAX_SOCKETS) {
      if ((pairs.get(queue[next][0][2]) || 0) >= limits.perPair) break;
      if (isTooSoon()) break;
      start(...queue[next++]);
    }
  }
  if (jitterMs > 0) setTimeout(pump, Math.random() * jitterMs);
  else pump();
  endIfDone();
}

// ---- Names: own queries, so that they end in time and their error is known -------------------------------------------
// As written first if it has a dot, then through the search list: a qualified name costs one query.
function candidates(name) {
  const search = readLines('/etc/resolv.conf').filter((line) => line.startsWith('search '));
  const longer = search.flatMap((line) => line.trim().split(/\s+/).slice(1)).map((domain) => `${name}.${domain}`);
  return name.endsWith('.') ? [name] : name.includes('.') ? [name, ...longer] : [...longer, name];
}

async function resolve({ name, timeoutMs }) {
  const resolver = new dns.promises.Resolver({ timeout: Math.ceil(timeoutMs / 3), tries: 3 });
  const [at, began] = [Date.now(), performance.now()];
  const timer = setTimeout(() => resolver.cancel(), timeoutMs);
  let [addresses, code] = [[], 'ENOTFOUND'];
  for (const candidate of candidates(name)) {
    const answers = await Promise.allSettled([resolver.resolve4(candidate), resolver.resolve6(candidate)]);
    addresses = answers.flatMap((answer) => answer.value || []);
    const failures = answers.flatMap((answer) => answer.reason?.code || []);
    code = failures.find((failure) => failure !== 'ENOTFOUND' && failure !== 'ENODATA') || code;
    if (code === 'ECANCELLED') code = 'ETIMEOUT';
    if (addresses.length > 0 || code === 'ETIMEOUT' || code === 'ECONNREFUSED') break; // or nobody there to ask again
  }
  clearTimeout(timer);
  const tookMs = Math.round((performance.now() - began) * 10) / 10;
  return addresses.length > 0 ? { at, tookMs, addresses } : { at, tookMs, addresses, code };
}

// ---- Health: what could make an open destination look blocked --------------------------------------------------------
const RESOLUTION_MS = 10;
const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

function readLines(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : [];
}
function counter(file, group, name) {
  const rows = readLines(file).filter((line) => line.startsWith(`${group}:`));
  const [names = [], values = []] = rows.map((line) => line.split(' '));
  return Number(values[names.indexOf(name)] || 0);
}
function stats({ watch }) {
  const lagMs = Math.max(0, Math.round(lag.max / 1e6) - RESOLUTION_MS);
  lag.reset();
  if (watch) lag.enable();
  else lag.disable();
  const listenOverflows = counter('/proc/net/netstat', 'TcpExt', 'ListenOverflows');
  const listenDrops = counter('/proc/net/netstat', 'TcpExt', 'ListenDrops');
  return { lagMs, listenOverflows, listenDrops, udpDrops: counter('/proc/net/snmp', 'Udp', 'RcvbufErrors') };
}

// ---- The channel: numbered jobs in, numbered results out, kept until they are acknowledged ---------------------------
let session; // of the harness's channel; a new one starts from nothing
let last = 0; // number of the newest result line
let kept = new Map(); // number -> line
let jobs = new Set(); // numbers of the jobs taken: each is run once however often it arrives

const write = (line) => process.stdout.write(line + '\n');
function answer(job, body) {
  if (job.session !== session) return;
  kept.set(++last, JSON.stringify({ n: last, job: job.seq, ...body }));
  write(kept.get(last));
}

const work = {
  resolve,
  stats,
  hello: async (job) => {
    secret = job.secret ?? secret;
    const failed = (await listeners).filter((listener) => listener.error);
    const [now, node, addresses] = [Date.now(), process.version, ownAddresses()];
    return { nonce, uid, pod, now, node, ownPort: (await ownPort).port, addresses, failed };
  },
  stop: () => batches.forEach((stop) => stop()) ?? null,
  tokens: ({ prefix }) => [...tokens].flatMap(([token, saw]) => (token.startsWith(prefix) ? [[token, ...saw]] : [])),
};

// Before the cluster tells it. Of several nobody here knows which the cluster means, or in which order.
function ownAddresses() {
  const outward = Object.values(os.networkInterfaces()).flat();
  const all = outward.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address);
  return all.length === 1 ? all : [];
}

function connect(job) {
  let rows = [];
  const flush = () => rows.length > 0 && answer(job, { rows: rows.splice(0) });
  // Each line passes four processes on its way out: few long ones cost less than many short ones.
  const timer = setInterval(flush, 100);
  connectAll(
    job,
    (row) => rows.push(row),
    () => {
      clearInterval(timer);
      answer(job, { rows, done: true });
    },
  );
}

async function run(job) {
  try {
    if (job.do === 'connect') connect(job);
    else answer(job, { result: await work[job.do](job), done: true });
  } catch (error) {
    answer(job, { error: String(error), done: true });
  }
}

function open({ session: theirs, open: received }) {
  if (theirs !== session) [session, last, kept, jobs] = [theirs, 0, new Map(), new Set()];
  write(''); // ends what a dropped channel may have cut
  for (const [n, line] of kept) if (n > received) write(line);
}

function receive(line) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    return; // a line that a dropped channel cut in two; what it held is asked again
  }
  if (typeof message?.session !== 'string') return;
  if (message.open !== undefined) open(message);
  else if (message.ping !== undefined) write(JSON.stringify({ pong: message.ping, session, last, jobs: jobs.size }));
  else if (message.session !== session) return;
  else if (message.ack !== undefined) [...kept.keys()].forEach((n) => n <= message.ack && kept.delete(n));
  else if (!jobs.has(message.seq)) void run(message, jobs.add(message.seq));
}

let input = '';
process.stdout.on('error', ignore);
process.stdin
  .setEncoding('utf8')
  .on('error', ignore)
  .on('data', (chunk) => {
    const lines = (input + chunk).split('\n');
    input = lines.pop();
    lines.forEach(receive);
  });
