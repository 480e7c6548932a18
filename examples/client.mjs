#!/usr/bin/env node
// A client of `caveat serve` that needs nothing beside Node's standard library.
//
//     import { Caveat } from "./client.mjs";
//     const caveat = new Caveat("http://127.0.0.1:7411");
//     const answer = await caveat.evaluate("share", "IpAddress", { recipient: "Mixpanel", purpose: "UsageTracking" });
//     if (answer.allowed) …
//
// Whatever is not a yes is a no: an error, a refusal, a server that is not there. `answer.reason` says
// which.
//
// `client.mjs URL` asks a few things of a server that has the bundle of `policies/clari-resolved`;
// `client.mjs --self-test URL` compares the answers with what they must be.

import assert from "node:assert/strict";
import http from "node:http";
import https from "node:https";
import { pathToFileURL } from "node:url";

/** The server could not be asked, or did not take the question. */
export class CaveatError extends Error {}

/** A server, by its URL. It keeps its connections, and can be used by many at once. */
export class Caveat {
  #url;
  #agent;
  #timeout;

  constructor(url, { timeout = 2000 } = {}) {
    this.#url = new URL(url);
    const kind = this.#url.protocol === "https:" ? https : http;
    this.#agent = new kind.Agent({ keepAlive: true, maxSockets: 8 });
    this.#timeout = timeout;
  }

  /** Ends the connections. */
  close() {
    this.#agent.destroy();
  }

  /**
   * Whether this may be done. `more` holds the dimensions, `facts`, `events` and `now`. Never rejects
   * for what a server says or does not say.
   */
  async evaluate(action, data, more = {}) {
    try {
      return answer(await this.#post("/access/v1/evaluation", evaluation(action, data, more)));
    } catch (why) {
      if (!(why instanceof CaveatError)) throw why;
      return { allowed: false, verdict: "error", reason: why.message, duties: [], context: {} };
    }
  }

  /** Several at once, as the Authorization API has them. Rejects with a CaveatError. */
  async evaluateAll(evaluations, { semantic = "execute_all", ...defaults } = {}) {
    const asked = { ...defaults, evaluations, options: { evaluations_semantic: semantic } };
    return (await this.#post("/access/v1/evaluations", asked)).evaluations.map(answer);
  }

  /** Who may receive this: names of parties, page by page. Rejects with a CaveatError. */
  async *recipients(action, data, more = {}) {
    const asked = { ...evaluation(action, data, { ...more, recipient: "any" }), subject: { type: "recipient" } };
    let token = "";
    do {
      const found = await this.#post("/access/v1/search/subject", { ...asked, page: { token } });
      for (const { id } of found.results) yield id;
      token = found.page.next_token;
    } while (token !== "");
  }

  async #post(path, asked) {
    const body = JSON.stringify(asked);
    const once = () =>
      new Promise((resolve, reject) => {
        const kind = this.#url.protocol === "https:" ? https : http;
        const options = {
          method: "POST",
          agent: this.#agent,
          path: this.#url.pathname.replace(/\/$/, "") + path,
          host: this.#url.hostname,
          port: this.#url.port,
          headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
          signal: AbortSignal.timeout(this.#timeout),
        };
        const request = kind.request(options, (response) => {
          const parts = [];
          response.on("data", (part) => parts.push(part));
          response.on("error", reject);
          response.on("end", () => resolve([response.statusCode, Buffer.concat(parts).toString()]));
        });
        // A connection that was kept may have been closed meanwhile: asking is repeatable.
        request.on("error", (why) => reject(Object.assign(why, { kept: request.reusedSocket })));
        request.end(body);
      });
    const failed = (why) => {
      throw new CaveatError(`the server cannot be asked: ${why.message || why.code}`);
    };
    const again = (why) => (why.kept && why.name !== "AbortError" ? once() : Promise.reject(why));
    const [status, text] = await once().catch(again).catch(failed);
    let parsed;
    try {
      parsed = JSON.parse(text);
    } catch {
      throw new CaveatError(`the server answers with ${status}, and no JSON`);
    }
    if (status !== 200) throw new CaveatError(`the server answers with ${status}: ${JSON.stringify(parsed)}`);
    return parsed;
  }
}

function evaluation(action, data, { actor, ...context }) {
  let subject = { type: "actor", id: actor };
  if (actor === undefined) {
    if (typeof context.recipient !== "string") throw new TypeError("say who acts, or whom it goes to");
    subject = { type: "recipient", id: context.recipient };
    delete context.recipient;
  }
  return { subject, action: { name: action }, resource: { type: "data", id: data }, context };
}

/** What a server says of one thing. `allowed` is true for a yes, and for nothing else. */
function answer({ decision, context = {} }) {
  const { error, verdict = "error", reason = "", duties = [] } = context;
  if (error) return { allowed: false, verdict: "error", reason: error.message, duties: [], context };
  return { allowed: decision === true, verdict, reason, duties, context };
}

/** A few questions about Clari's policy, and their answers. */
async function* questions(caveat) {
  const never = { DeletionRequest: null };
  const track = { subject: "SiteVisitor", purpose: "UsageTracking", events: never };
  const letters = { actor: "Clari", subject: "SiteVisitor", purpose: "Newsletters", events: never };
  yield ["permitted", await caveat.evaluate("share", "IpAddress", { recipient: "Mixpanel", ...track })];
  yield ["prohibited", await caveat.evaluate("sell", "CrmData", { recipient: "Mixpanel", ...track })];
  yield ["unlisted-third-party", await caveat.evaluate("share", "IpAddress", { recipient: "Somebody Else", ...track })];
  yield ["permitted", await caveat.evaluate("use", "Name", { facts: { signed_up: true }, ...letters })];
  yield ["undetermined", await caveat.evaluate("use", "Name", letters)];
  yield ["error", await caveat.evaluate("use", "Nmae", letters)];
}

async function selfTest(caveat) {
  for await (const [expected, answer] of questions(caveat)) {
    assert.equal(answer.verdict, expected, answer.reason);
    assert.equal(answer.allowed, expected === "permitted");
    assert.ok(answer.reason);
  }
  const both = await caveat.evaluateAll([{ action: { name: "share" } }, { action: { name: "sell" } }], {
    subject: { type: "recipient", id: "Mixpanel" },
    resource: { type: "data", id: "IpAddress" },
    context: { subject: "SiteVisitor", purpose: "UsageTracking", events: { DeletionRequest: null } },
  });
  assert.deepEqual(both.map((each) => each.allowed), [true, false]);
  const may = [];
  const asked = { subject: "SiteVisitor", purpose: "UsageTracking", events: { DeletionRequest: null } };
  for await (const name of caveat.recipients("share", "IpAddress", asked)) may.push(name);
  assert.ok(may.includes("Mixpanel") && !may.includes("Facebook"), may.join());
  console.log("all as it should be");
}

async function main(args) {
  const test = args[0] === "--self-test";
  const caveat = new Caveat(args[test ? 1 : 0] ?? "http://127.0.0.1:7411");
  try {
    if (test) return await selfTest(caveat);
    for await (const [, { allowed, verdict, reason }] of questions(caveat)) {
      console.log(allowed ? "yes" : "no ", verdict, "-", reason);
    }
  } finally {
    caveat.close();
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv.slice(2));
}
